/** Who may pay for a line or a visit, in the order of choices. */
import type { Payer } from '../../gen/wire'

export const PAYERS: readonly Payer[] = ['customer', 'warranty', 'insurance']
