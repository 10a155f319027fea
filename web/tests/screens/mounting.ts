/** Mounting a part on the real core over an in-memory store, with somebody signed in. */
import { mount, type VueWrapper } from '@vue/test-utils'
import { computed, defineComponent, h, type Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { db, visitOf, watch, type VisitView } from '../../src/sync'
import { followSession } from '../../src/sync/session'
import type { Customer, EstimateLine, Vehicle, Visit } from '../../src/gen/wire'
import { i18n, learnAftercare, learnContact, learnInbox, learnRecords, learnSteps, learnTablet } from '../../src/i18n'
import { provideView } from '../../src/parts/visit/view'

/** Signs a person in without a server. */
export async function signIn(role: string): Promise<void> {
  const user = { id: 'u1', username: role, name: '周敏', role }
  await db.people.put({
    user_id: 'u1', user, store: { id: 's1', name: '门店' }, device_id: 'd', token: null, expires_at: null, seen_at: 1, leaving: false,
    verifier: { salt: new Uint8Array(), rounds: 1, hash: new Uint8Array() },
  })
  await db.remember('active', 'u1')
  await Promise.all([learnSteps(), learnInbox(), learnContact(), learnAftercare(), learnTablet(), learnRecords()])
  await followSession()
}

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { render: () => null } }] })

/** Mounts a part with words and routes. */
export const show = (part: Component, props: Record<string, unknown> = {}): VueWrapper =>
  mount(part, { props, global: { plugins: [i18n, router] }, attachTo: document.body })

/** Mounts a step of a visit as its screen does. */
export function showStep(step: Component, visitId: string): VueWrapper {
  const screen = defineComponent(() => {
    const found = watch(() => visitOf(visitId))
    provideView(computed(() => found.value as VisitView))
    return () => (found.value ? h(step) : null)
  })
  return show(screen)
}

/** Waits until something is so; the store answers a little later than a tap. */
export async function until<T>(ask: () => T | Promise<T>, most = 2_000): Promise<NonNullable<T>> {
  const end = Date.now() + most
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`waited in vain for ${ask}`)
    await new Promise((next) => setTimeout(next, 10))
  }
}

export const vehicle = (fields: Partial<Vehicle> = {}): Vehicle => ({
  id: 'car', rev: 1, store_id: 's1', stores: ['s1'], vin: 'LDC613P23A1305189', vin_check: 'ok', plate: '川A12345', make: '大众',
  model: '朗逸', model_year: null, colour: null, energy: 'petrol', engine_no: null, owner_id: 'cust', purchased_on: null,
  insurance_expires_on: null, odometer_km: 42_000, recalls: [], last: null, created_at: '2026-01-01T00:00:00Z', ...fields,
})

export const customer = (fields: Partial<Customer> = {}): Customer => ({
  id: 'cust', rev: 1, store_id: 's1', stores: ['s1'], name: '王伟', kind: 'person', phones: [{ number: '+8613800138000', primary: true }],
  preferred_channel: null, email: null, address: null, birthday_on: null, tags: [], consents: [], notes: [],
  channels: null, quiet: null, language: null, contact_stop: null, restricted: null,
  created_at: '2026-01-01T00:00:00Z', ...fields,
})

export const visit = (fields: Partial<Visit> = {}): Visit => ({
  id: 'visit', rev: 1, store_id: 's1', number: 'R1', local_number: null, vehicle_id: 'car', customer_id: 'cust', kind: 'repair',
  payer: 'customer', appointment_id: null, comeback_of: null, advisor_id: 'u1', technician_id: null, stage: 'checked_in', moves: 0,
  trail: ['checked_in'], opened_at: '2026-11-21T01:00:00Z', closed_at: null, ready_at: null, concerns: [], walkaround: null,
  readings: [], presented: [], parts_used: [], quality: null, quality_history: [], settlement: null, payments: [], advice: [],
  report: null, release: null, released_document: null, cancel_reason: null, survey: null, work: [], calls: [], questions: [], ...fields,
})

export const estimateLine = (fields: Partial<EstimateLine> = {}): EstimateLine => ({
  id: 'line', rev: 1, visit_id: 'visit', version: 1, kind: 'part', code: 'BP-001', name: '前制动片', quantity: '1', unit: '套',
  unit_price_fen: 64_600, discount_fen: 0, amount_fen: 64_600, part_kind: 'oem', payer: 'customer', finding_id: null,
  carried_from: null, decision: null, decided_version: null, decided: [], versions: [], dropped: null, created_at: '2026-11-21T01:00:00Z', ...fields,
})
