import { beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../gen/wire'
import { learnContact, t } from '../../i18n'
import { attemptWords, eventWords, stateWords, untold, whyWords } from './told'

const message = (fields: Partial<Message> = {}): Message => ({
  id: 'm', rev: 1, store_id: 's1', customer_id: 'cust', visit_id: 'visit', appointment_id: null, event: 'stage', stage: 'ready', state: 'sent',
  channel: 'push', why: null, attempts: [], promised_at: '2026-11-21T01:00:00Z', ...fields,
})
const CODES = [
  'consent_withdrawn', 'complaint_open', 'contact_stopped', 'rescue_open', 'no_channel', 'nobody_subscribed', 'no_phone', 'link_closed',
  'no_visit', 'already_answered', 'newer', 'cancelled', 'quiet_hours', 'unanswered_push', 'refused', 'gave_up', 'storage_only',
]

beforeAll(learnContact)

describe('what a customer was told, in words', () => {
  it('every reason that is agreed on has words of its own, and one that is not known a general sentence', () => {
    expect(new Set(CODES.map(whyWords)).size).toBe(CODES.length)
    expect(CODES.map(whyWords)).not.toContain(t('told.why.other'))
    expect(whyWords('moon_is_full')).toBe(t('told.why.other'))
  })

  it('says which event, by which channel, and why not', () => {
    expect(eventWords(message())).toBe('进度：可交车')
    expect(eventWords(message({ event: 'tea' as Message['event'] }))).toBe(t('told.event.other'))
    expect(stateWords(message())).toBe('推送已发送')
    expect(stateWords(message({ state: 'not_sent', why: 'complaint_open' }))).toBe('没有发：投诉处理中，只由处理人联系')
    expect(stateWords(message({ state: 'waiting', channel: null, why: 'quiet_hours' }))).toContain('过后再发')
    expect(attemptWords({ at: '', channel: 'sms', result: 'failed', why: 'refused' })).toBe('短信没有成功：对方服务拒绝了')
  })

  it('the newest news counts, and what is no trouble does not', () => {
    const lost = message({ state: 'not_sent', why: 'no_phone' })
    expect(untold([lost])).toBe(lost)
    expect(untold([message(), lost])).toBeNull()
    expect(untold([message({ state: 'not_sent', why: 'newer' }), lost])).toBe(lost)
    expect(untold([message({ state: 'waiting', why: 'quiet_hours' })])).toBeNull()
    expect(untold([])).toBeNull()
  })
})
