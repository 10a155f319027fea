/** Rows as screens know them: a role that does not see a field is not given it, and its tablet holds an empty one. */

import { EMPTY, type Kind } from '../gen/wire'
import type { Row } from './types'

/** The row with every field that its kind has. */
export function whole(kind: Kind, row: Row): Row {
  const empty = EMPTY[kind]
  const lacks = empty && Object.keys(empty).some((field) => !(field in row))
  return lacks ? ({ ...structuredClone(empty), ...row } as Row) : row
}
