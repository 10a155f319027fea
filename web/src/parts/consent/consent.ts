/** What a customer allows: a withdrawal stands until a later grant names it. */
import type { Consent, ConsentPurpose, Customer } from '../../sync'

/** The purposes that are asked for, each by itself. */
export const PURPOSES: readonly ConsentPurpose[] = ['service_messages', 'marketing', 'manufacturer_sharing']

/** Withdrawals of a purpose that no grant has lifted. */
export function standingWithdrawals(customer: Customer, purpose: ConsentPurpose): Consent[] {
  const mine = customer.consents.filter((one) => one.purpose === purpose)
  const lifted = new Set(mine.filter((one) => one.decision === 'granted').flatMap((one) => one.lifts))
  return mine.filter((one) => one.decision === 'withdrawn' && !lifted.has(one.id))
}

/** How a purpose stands on any channel: granted, withdrawn, or never asked. */
export function consentOf(customer: Customer, purpose: ConsentPurpose): 'granted' | 'withdrawn' | 'unasked' {
  if (standingWithdrawals(customer, purpose).some((one) => one.channel === 'any')) return 'withdrawn'
  return customer.consents.some((one) => one.purpose === purpose && one.decision === 'granted') ? 'granted' : 'unasked'
}
