import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { hearTime } from '../../src/sync/clock'
import { db } from '../../src/sync/db'
import { clockIsBehind, knownState, trueNow } from '../../src/sync/evidence'

const NOW = Date.parse('2026-11-21T08:00:00.000Z')
const HOUR = 3_600_000

beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'performance'], now: NOW }))
afterEach(() => void vi.useRealTimers())

test('A clock that nobody has compared is taken as it is, unless it shows a time from before the last pull', async () => {
  expect(trueNow().getTime()).toBe(NOW)
  await db.remember('known_at', new Date(NOW + 23 * HOUR).toISOString())
  expect(await clockIsBehind()).toBe(false)
  await db.remember('known_at', new Date(NOW + 25 * HOUR).toISOString())
  expect(await clockIsBehind()).toBe(true)
})

test('A clock that is days off is put right by what the server told; one that is minutes off stays', async () => {
  hearTime(new Date(NOW + 48 * HOUR).toUTCString())
  expect(trueNow().getTime()).toBe(NOW + 48 * HOUR)
  expect(await clockIsBehind()).toBe(false)
  vi.advanceTimersByTime(HOUR)
  expect(trueNow().getTime()).toBe(NOW + 49 * HOUR)
  hearTime(new Date(Date.now() - 4 * 60_000).toUTCString())
  expect(trueNow().getTime()).toBe(NOW + HOUR)
})

test('What the server told counts no more once somebody sets the clock back', () => {
  hearTime(new Date(NOW - 48 * HOUR).toUTCString())
  expect(trueNow().getTime()).toBe(NOW - 48 * HOUR)
  vi.setSystemTime(NOW - 48 * HOUR)
  expect(trueNow().getTime()).toBe(NOW - 48 * HOUR)
})

test('The state names the server’s row under a guess, and the visit’s own commands that wait', async () => {
  const command = { id: 'c', name: 'visit.advise', fields: {}, issued_at: '', user: 'u', touches: [], tried: 0, held_until: 0 }
  await db.queue.bulkAdd([
    { ...command, seq: 1, id: 'c1', lane: 'visit:v', outcome: null },
    { ...command, seq: 2, id: 'c2', lane: 'visit:other', outcome: null },
  ] as never)
  await db.visits.put({ id: 'v', rev: 0 } as never)
  await db.base.put({ kind: 'visits', id: 'v', row: { id: 'v', rev: 7 } } as never)
  await db.remember('cookie', 'here')
  await db.remember('known_at', '2026-11-21T07:59:00.000Z')
  expect(await knownState('v')).toEqual({ unsent: 1, cookie: 'here', known_at: '2026-11-21T07:59:00.000Z', visit_rev: 7 })
  expect((await knownState('unknown')).visit_rev).toBeNull()
})
