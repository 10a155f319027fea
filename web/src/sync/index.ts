/** What screens use of the tablet's core; `rescue`, `sealed` and `since` come with the few screens that need them. */

import { startEngine } from './engine'
import { followSession } from './session'
import { followStatus } from './status'
import { warmSearch } from './texts'
import { registerWorker } from './update'

export { ahead } from './ahead'
export { clockIsBehind, knownState, trueNow } from './evidence'
export { now, uuid7 } from './clock'
export { db, type ShownDb } from './db'
export { thisDevice } from './device'
export { Refused, Unreachable } from './door'
export { rebuild, syncNow } from './engine'
export { find, type Hit, type Match } from './find'
export { watchHits } from './hits'
export type { FoundPerson } from './texts'
export { faces, isPin, openByPin, pins, WRONG_PINS, type Face } from './pin'
export { isFull } from './room'
export { customerLink, renewCustomerLink } from './link'
export { send, undo, HOLD_MS, type SendOptions } from './outbox'
export { addPhoto, photoUrl, retryPhoto, sha256Hex, uploading, type PhotoAbout } from './photos'
export { session, type SessionState } from './session'
export { keepInSight } from './sight'
export * from './stages'
export { standsNow, status, type Status } from './status'
export type { Device, Outcome, OutcomeWord, PendingState, Problem, Store, User } from './types'
export { searched } from './texts'
export { update } from './update'
export { queueItems, pendingOf, resolved, visitOf, withAhead, type QueueItem, type VisitView } from './views'
export { shown, watch } from './watch'
export * from '../gen/wire'

/** Opens the store and reads who works here. Call once and wait for it before the first screen is shown. */
export const open = followSession

/** Begins to send, fetch and listen. Call once, when the first screen shows what people look for. */
export function begin(): void {
  void followStatus()
  startEngine()
  void registerWorker()
  setTimeout(() => void warmSearch(), 1500)
}
