/** What somebody should know before speaking: about the car, about its last visit, and about the person. */
import { guarantees, repairWarranty, type Left } from '../../domain/warranty'
import type { Customer, Recall, Vehicle } from '../../gen/wire'
import { spoken } from '../../i18n'
import type { OpenOne } from '../complaints/one'
import { standingWithdrawals } from '../consent/consent'
import type { IconName } from '../icons'

/** One mark: its word is `marks.<kind>`; `discreet` ones show no word while the customer may be looking. */
export interface Mark {
  kind: 'complaint' | 'stopped' | 'quiet' | 'resting' | 'recall' | 'comeback' | 'put_off' | 'guarantee' | 'refused' | 'vip'
  icon: IconName
  tone: 'bad' | 'warn' | 'good' | 'accent' | ''
  discreet: boolean
  n?: number
}

/** Recalls that nobody has done yet. */
export const openRecalls = (vehicle: Vehicle | undefined): Recall[] => vehicle?.recalls.filter((one) => one.done_at === null) ?? []

/** The repair warranty of the last visit while it lasts; `but` is the visit that is being looked at. */
export function comebackTerm(vehicle: Vehicle | undefined, now: number, but?: string): Left | null {
  if (!vehicle?.last || vehicle.last.visit_id === but) return null
  const term = repairWarranty(vehicle.last, vehicle.odometer_km, new Date(now))
  return term.over ? null : term
}

/** 三包 and 包修 while at least one of them lasts. */
export function guaranteeTerms(vehicle: Vehicle | undefined, now: number): { back: Left; repair: Left } | null {
  if (!vehicle?.purchased_on) return null
  const terms = guarantees(vehicle.purchased_on, vehicle.odometer_km, new Date(now))
  return terms.repair.over ? null : terms
}

/** The channels and purposes that the customer took back, as the words of a message: `channel.sms`, `purpose.marketing`. */
export const refusals = (customer: Customer): { purpose: string; channel: string }[] =>
  (['service_messages', 'marketing'] as const).flatMap((purpose) =>
    [...new Set(standingWithdrawals(customer, purpose).map((one) => one.channel))].map((channel) => ({ purpose, channel })),
  )

/** Whether it is the customer's quiet time, by the tablet's clock; the hours may go over midnight. */
export function isResting(customer: Customer | undefined, now: number): boolean {
  if (!customer?.quiet) return false
  const { start, end } = customer.quiet
  const date = new Date(now)
  const time = [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':')
  return start < end ? start <= time && time < end : start <= time || time < end
}

/**
 * The marks of a car and a person, the gravest first; a person's come from tags and from the complaint that is open.
 * `but` is the visit that is being looked at.
 */
export function marksOf(
  vehicle: Vehicle | undefined, customer: Customer | undefined, now: number, but?: string, open?: OpenOne | null,
): Mark[] {
  const tagged = (key: string): boolean => customer?.tags.some((tag) => tag.startsWith(spoken(key))) ?? false
  const recalls = openRecalls(vehicle).length
  const putOff = vehicle?.last && vehicle.last.visit_id !== but ? vehicle.last.put_off.length : 0
  const marks: (Mark | false)[] = [
    (Boolean(open) || tagged('marks.complaint')) && { kind: 'complaint', icon: 'flag', tone: 'bad', discreet: true },
    customer?.contact_stop != null && { kind: 'stopped', icon: 'silent', tone: 'bad', discreet: true },
    tagged('marks.quiet') && { kind: 'quiet', icon: 'silent', tone: 'warn', discreet: true },
    recalls > 0 && { kind: 'recall', icon: 'warn', tone: 'bad', discreet: false, n: recalls },
    comebackTerm(vehicle, now, but) !== null && { kind: 'comeback', icon: 'undo', tone: 'warn', discreet: false },
    putOff > 0 && { kind: 'put_off', icon: 'clipboard', tone: 'accent', discreet: false, n: putOff },
    guaranteeTerms(vehicle, now) !== null && { kind: 'guarantee', icon: 'shield', tone: 'good', discreet: false },
    customer !== undefined && refusals(customer).length > 0 && { kind: 'refused', icon: 'silent', tone: '', discreet: true },
    isResting(customer, now) && { kind: 'resting', icon: 'moon', tone: '', discreet: true },
    tagged('marks.vip') && { kind: 'vip', icon: 'star', tone: 'accent', discreet: true },
  ]
  return marks.filter((mark): mark is Mark => mark !== false)
}
