/** A token is changed for a fresh one once a week; a failure costs nobody their sign-in. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { rotateOld } from '../../src/sync/access'
import { db } from '../../src/sync/db'
import type { Person } from '../../src/sync/types'

const DAY = 24 * 3600_000
const NOW = Date.parse('2026-11-22T08:00:00Z')
const person = (user_id: string, token: string | null, days?: number): Person =>
  ({ user_id, token, ...(days !== undefined && { fresh_at: NOW - days * DAY }) }) as Person

beforeEach(async () => {
  await db.people.clear()
})
afterEach(() => vi.unstubAllGlobals())

const tokens = async (): Promise<(string | null)[]> => (await db.people.orderBy('user_id').toArray()).map((one) => one.token)

test('the tokens older than a week are changed, the others stay', async () => {
  await db.people.bulkPut([person('1', 'old', 8), person('2', 'young', 6), person('3', null, 9), person('4', 'of an older app')])
  const asked = vi.fn(async () => Response.json({ token: 'fresh', expires_at: '2026-12-20T00:00:00Z' }))
  vi.stubGlobal('fetch', asked)
  await rotateOld(NOW)
  await rotateOld(NOW)
  expect(await tokens()).toEqual(['fresh', 'young', null, 'of an older app'])
  expect(asked.mock.calls).toHaveLength(1)
})

test('a refusal leaves the token, and is not repeated for an hour', async () => {
  await db.people.bulkPut([person('1', 'old', 8)])
  const asked = vi.fn(async () => Response.json({ code: 'not_found' }, { status: 404 }))
  vi.stubGlobal('fetch', asked)
  await rotateOld(NOW + 1)
  await rotateOld(NOW + 60_000)
  expect([await tokens(), asked.mock.calls.length]).toEqual([['old'], 1])
  await rotateOld(NOW + 3600_000 + 2)
  expect(asked.mock.calls).toHaveLength(2)
})
