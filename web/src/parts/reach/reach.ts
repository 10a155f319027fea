/** How a customer wants to be reached, and what that means for somebody who is about to call. */
import { MAY_STOP_CONTACT, type Complaint, type Customer, type MessageChannel, type Visit } from '../../gen/wire'
import { session } from '../../sync'
import { may } from '../may'

/** The orders in which channels can be tried, by the word under `reach.order`. */
export const ORDERS: Readonly<Record<string, readonly MessageChannel[]>> = {
  push_sms: ['push', 'sms'],
  sms_push: ['sms', 'push'],
  push: ['push'],
  sms: ['sms'],
}

/** The word for an order of channels, or undefined when nobody said one. */
export const orderOf = (channels: readonly MessageChannel[] | null): string | undefined =>
  Object.keys(ORDERS).find((key) => ORDERS[key]!.join() === channels?.join())

/** Whether the person who is signed in may stop contact, and allow it again. */
export const mayStop = (): boolean =>
  may('customer.set_contact') && MAY_STOP_CONTACT.includes(session.state.user?.role ?? '')

/** What to mind before calling: `code` as `reach.hint.<code>`; with `stops` nobody calls. */
export interface CallHint {
  code: 'stopped' | 'handler_only' | 'handler_unknown' | 'yours' | 'rescue_only' | 'ask_handling' | 'not_again'
  stops: boolean
  facts?: Record<string, string>
}

/** What a call hint is decided from: rows of the customer, and who is about to call. */
export interface Calling {
  customer: Customer
  complaints: readonly Complaint[]
  visits: readonly Visit[]
  me: string
  nameOf: (id: string) => string | undefined
  dayOf: (at: string) => string
}

/**
 * The contact rules of the trade for a call that nobody asked for: none to a customer with whom contact is stopped; while
 * a complaint is open only its handler calls; a rescue that is not solved is the only subject; the first call after a
 * complaint asks how it was handled, later ones do not.
 */
export function callHints({ customer, complaints, visits, me, nameOf, dayOf }: Calling): CallHint[] {
  if (customer.contact_stop) return [{ code: 'stopped', stops: true, facts: { reason: customer.contact_stop } }]
  const open = complaints.filter((one) => one.state === 'open')
  const others = open.find((one) => one.owner_id !== me)
  if (others) {
    const name = nameOf(others.owner_id ?? '')
    return [name ? { code: 'handler_only', stops: true, facts: { name } } : { code: 'handler_unknown', stops: true }]
  }
  if (open.length) return [{ code: open.some((one) => one.about === 'rescue') ? 'rescue_only' : 'yours', stops: false }]
  const closed = complaints.flatMap((one) => one.closed_at ?? []).sort().at(-1)
  if (!closed) return []
  const asked = visits.some((visit) => visit.calls.some((call) => call.reached && call.at > closed))
  return [asked ? { code: 'not_again', stops: false } : { code: 'ask_handling', stops: false, facts: { day: dayOf(closed) } }]
}
