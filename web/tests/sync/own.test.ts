/** What a person decides is asked with their own token: a colleague's lies on the same tablet. */
import { afterEach, expect, test, vi } from 'vitest'
import { db } from '../../src/sync/db'
import { own } from '../../src/sync/own'
import type { Person } from '../../src/sync/types'

afterEach(() => vi.unstubAllGlobals())

test('a colleague\'s token speaks for nobody else', async () => {
  await db.people.bulkPut([{ user_id: '1', token: null }, { user_id: '2', token: 'colleague' }] as Person[])
  const asked = vi.fn(async (_path: string, _how: RequestInit) => Response.json({}))
  vi.stubGlobal('fetch', asked)
  await db.remember('active', '1')
  await expect(own('/exports/x/approve', { method: 'POST' })).rejects.toMatchObject({ code: 'signed_out' })
  expect(asked).not.toHaveBeenCalled()
  await db.people.update('1', { token: 'mine' })
  await own('/exports/x/approve', { method: 'POST' })
  expect(asked.mock.calls[0]?.[1].headers).toMatchObject({ Authorization: 'Bearer mine' })
})
