/** What a customer may ask of a store about their own data, and who does it for them. */
import { MAY_SEE_STORED } from '../../gen/wire'
import { session } from '../../sync'
import { may } from '../may'

/** Whether the person may open records that no tablet holds, to use them again. */
export const maySeeStored = (): boolean =>
  MAY_SEE_STORED.includes(session.state.user?.role ?? '') && may('customer.lift_restriction')
