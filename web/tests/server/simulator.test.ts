/**
 * Bad days of a few real tablets at a real server, each out of one seed: afterwards every queue is empty, everybody holds
 * the server's rows, every command has one outcome, and what was typed can be seen. `SEEDS` says how many days, `SEED`
 * with which to begin.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dice } from '../dice'
import { Day, type Office } from './days/day'
import { connect, happened, hurry, setClocks } from './days/network'
import { Tablet } from './days/tablet'

const URL = process.env['JIECHE_TEST_URL']
const FIRST = Number(process.env['SEED'] ?? 1)
const SEEDS = Number(process.env['SEEDS'] ?? 1)

interface Entry {
  id: string
  userId: string
  outcome: string
}

let token = ''
const authorised = () => ({ Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' })
const office: Office = {
  revoke: async (device) => void (await fetch(`/auth/devices/${device}/revoke`, { method: 'POST', headers: authorised() })),
  end: async (ended) => void (await fetch('/auth/logout', { method: 'POST', headers: { Authorization: `Bearer ${ended}` } })),
}

/** The newest entries of the journal, back to the last of these commands. */
async function journal(wanted: Set<string>): Promise<Entry[]> {
  const query = 'query($after: String) { journal(first: 100, after: $after) { edges { cursor node { id userId outcome } } pageInfo { hasNextPage } } }'
  const found: Entry[] = []
  const left = new Set(wanted)
  for (let after: string | null = null; ; ) {
    const body = JSON.stringify({ query, variables: { after } })
    const answer = await (await fetch('/graphql', { method: 'POST', headers: authorised(), body })).json()
    const { edges, pageInfo } = answer.data.journal as { edges: { cursor: string; node: Entry }[]; pageInfo: { hasNextPage: boolean } }
    for (const { node } of edges) {
      found.push(node)
      left.delete(node.id)
    }
    if (!left.size || !pageInfo.hasNextPage) return found
    after = edges.at(-1)!.cursor
  }
}

async function rowsOf({ client: { db, KINDS } }: Tablet): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  for (const kind of KINDS) for (const row of await db.rows(kind).toArray()) found.set(`${kind} ${row.id}`, row)
  return found
}

async function everybodyIsEqual(day: Day): Promise<string> {
  const fresh = await Tablet.start('新平板', ['manager'], dice(day.seed))
  await fresh.signIn()
  await fresh.sync()
  const rows = await rowsOf(fresh)
  for (const tablet of [...day.tablets, fresh]) {
    const { db, checkCopy } = tablet.client
    const unsent = await db.blobs.where('state').equals('to_send').count()
    const waiting = [await db.queue.count(), await db.base.count(), await db.staged.count(), unsent]
    expect(waiting, `${tablet.name}: queue, base, staged, photos`).toEqual([0, 0, 0, 0])
    expect(await rowsOf(tablet), tablet.name).toEqual(rows)
    expect(await checkCopy(), tablet.name).toBe('whole')
  }
  return JSON.stringify([...rows.values()])
}

async function everyCommandHasOneOutcome(day: Day): Promise<void> {
  const made = new Map(day.tablets.flatMap((tablet) => [...tablet.made]))
  const entries = await journal(new Set(made.keys()))
  const ran = new Map(entries.map((entry) => [entry.id, entry]))
  expect(ran.size, 'commands in the journal twice').toBe(entries.length)
  expect([...made].filter(([id]) => !ran.has(id)), 'commands that never ran').toEqual([])
  for (const [id, user] of made) expect(ran.get(id)!.userId, `the author of ${id}`).toBe(user)
  for (const { name, client } of day.tablets) {
    for (const { id, outcome } of await client.db.done.toArray()) {
      const first = ran.get(id)
      if (first) expect(outcome.outcome.toUpperCase(), `${name}: ${id}`).toBe(first.outcome)
    }
  }
}

describe.skipIf(!URL)('bad days of real tablets', () => {
  beforeAll(async () => {
    connect(URL!)
    setClocks()
    hurry()
    const body = JSON.stringify({ username: 'manager', password: 'manager-demo' })
    token = (await (await fetch('/auth/login', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })).json()).token
  })

  afterAll(() => {
    console.info(`${SEEDS} days from seed ${FIRST}:`, Object.fromEntries([...happened].sort()))
  })

  it.each(Array.from({ length: SEEDS }, (_, n) => FIRST + n))('end well (SEED=%i)', { timeout: 180_000 }, async (seed) => {
    const day = new Day(seed, office)
    await day.begin()
    await day.live()
    await day.settle()
    const seen = await everybodyIsEqual(day)
    await everyCommandHasOneOutcome(day)
    const hidden = [...day.shop.marks].filter(([mark]) => !seen.includes(mark) && !day.shop.replaced.has(mark))
    expect(hidden, 'typed and nowhere to be seen').toEqual([])
  })
})
