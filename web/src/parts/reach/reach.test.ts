import { describe, expect, it } from 'vitest'
import type { Complaint, Visit } from '../../gen/wire'
import { customer } from '../../../tests/screens/mounting'
import { isResting } from '../marks/marks'
import { callHints, orderOf, type Calling } from './reach'

const complaint = (fields: Partial<Complaint>): Complaint => ({
  id: 'k', rev: 1, store_id: 's1', customer_id: 'cust', visit_id: null, source: 'counter', about: 'quality', text: '异响', owner_id: 'u2',
  due_at: '2026-11-22T00:00:00Z', state: 'open', steps: [], opened_at: '2026-11-21T00:00:00Z', opened_by: null, closed_at: null, ...fields,
})
const closed = complaint({ state: 'closed', closed_at: '2026-11-21T10:00:00Z' })
const called = (at: string, reached = true) => [{ calls: [{ id: 'c', reached, text: null, at, by: null }] } as unknown as Visit]
const hints = (given: Partial<Calling>) =>
  callHints({ customer: customer(), complaints: [], visits: [], me: 'u1', nameOf: (id) => (id === 'u2' ? '周敏' : undefined), dayOf: (at) => at, ...given })

describe('the contact rules before a call', () => {
  it.each([
    ['nobody minds', {}, []],
    ['contact is stopped, whatever else there is', { customer: customer({ contact_stop: '辱骂' }), complaints: [complaint({})] }, [['stopped', true]]],
    ['only the handler of an open complaint calls', { complaints: [complaint({})] }, [['handler_only', true]]],
    ['the handler may be unknown here', { complaints: [complaint({ owner_id: 'u9' })] }, [['handler_unknown', true]]],
    ['the handler talks about the complaint', { me: 'u2', complaints: [complaint({})] }, [['yours', false]]],
    ['after a rescue only about the rescue', { me: 'u2', complaints: [complaint({ about: 'rescue' })] }, [['rescue_only', false]]],
    ['the first call after it asks how it was handled', { complaints: [closed] }, [['ask_handling', false]]],
    ['a call before it does not count', { complaints: [closed], visits: called('2026-11-21T09:00:00Z') }, [['ask_handling', false]]],
    ['a call that reached nobody does not count', { complaints: [closed], visits: called('2026-11-21T11:00:00Z', false) }, [['ask_handling', false]]],
    ['later calls do not raise it again', { complaints: [closed], visits: called('2026-11-21T11:00:00Z') }, [['not_again', false]]],
  ] as [string, Partial<Calling>, [string, boolean][]][])('%s', (_, given, wanted) => {
    expect(hints(given).map((hint) => [hint.code, hint.stops])).toEqual(wanted)
  })
})

describe('preferences', () => {
  it('quiet hours may go over midnight', () => {
    const at = (hour: number, minute = 0) => new Date(2026, 10, 21, hour, minute).getTime()
    const night = customer({ quiet: { start: '21:00', end: '08:00' } })
    expect([20, 21, 23, 0, 7, 8, 12].map((hour) => isResting(night, at(hour)))).toEqual([false, true, true, true, true, false, false])
    const noon = customer({ quiet: { start: '12:00', end: '13:30' } })
    expect([at(11, 59), at(12), at(13, 29), at(13, 30)].map((now) => isResting(noon, now))).toEqual([false, true, true, false])
    expect(isResting(customer(), at(23))).toBe(false)
  })

  it('an order of channels has its word', () => {
    expect([orderOf(['sms', 'push']), orderOf(['push']), orderOf(null), orderOf([])]).toEqual(['sms_push', 'push', undefined, undefined])
  })
})
