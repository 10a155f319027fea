import { describe, expect, it } from 'vitest'
import { uuid7 } from '../../src/sync/clock'
import { db, KINDS } from '../../src/sync/db'
import { enrolAfresh, thisDevice } from '../../src/sync/device'
import { send, undo } from '../../src/sync/outbox'
import { pullAll } from '../../src/sync/pull'
import { pushAll } from '../../src/sync/push'
import { dice, type Dice } from '../dice'
import { json, person, tablet, type Peer } from './peer'

/** One tablet's bad day: taps between lost answers, dropped pages, restored servers, other people's changes and a clone. */
async function day(peer: Peer, roll: Dice): Promise<Set<string>> {
  const made = new Set<string>()
  const customers: string[] = []
  const tap = async (sent: Promise<{ id: string }>) => made.add((await sent).id)
  const lost = async (request: Request) => {
    await fetch(new URL(request.url).pathname + new URL(request.url).search, {
      method: request.method, ...(request.method === 'POST' && { body: await request.clone().text() }),
    })
    throw new TypeError('connection lost')
  }
  const quietly = (work: Promise<unknown>) => work.catch(() => undefined)
  for (let n = 0; n < 60; n++) {
    const customer_id = customers[roll(customers.length || 1)] ?? uuid7()
    const what = roll(12)
    if (what < 2 || !customers.length) {
      customers.push(uuid7())
      await tap(send('customer.register', { customer_id: customers.at(-1)!, name: `客户${n}`, phones: [] }))
    } else if (what < 5) {
      await tap(send('customer.add_note', { customer_id, note_id: uuid7(), text: `${n}` }))
    } else if (what === 5) {
      const { id } = await send('customer.tag', { customer_id, add: [`${n}`], remove: [] })
      if (!(await undo(id))) made.add(id)
    } else if (what < 8) {
      if (roll(3) === 0) peer.faults = [lost]
      await quietly(pushAll(roll(2) === 0))
    } else if (what < 10) {
      if (roll(4) === 0) peer.faults = [() => undefined, () => json({ code: 'unavailable' }, 503)]
      await quietly(pullAll())
    } else if (what === 10) {
      const row = peer.read<{ id: string; address: string }>('customers', customer_id)
      if (row) peer.write('customers', { ...row, address: `${n}` } as never)
    } else if (roll(4) === 0) {
      peer.restore(roll(peer.position + 1))
    } else if (roll(6) === 0) {
      await enrolAfresh((await thisDevice()).id)
      await person('u1', 'advisor', (await thisDevice()).id)
    }
    peer.faults = []
  }
  return made
}

describe('a tablet that lives through a bad day', () => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed + 1))('loses nothing and ends with the server’s rows (seed %i)', async (seed) => {
    const peer = await tablet()
    peer.pageSize = 7
    const made = await day(peer, dice(seed))
    for (let round = 0; round < 3; round++) {
      await pushAll(true)
      await pullAll()
    }
    const ran = peer.journal.map((entry) => entry.id)
    expect(new Set(ran).size).toBe(ran.length)
    expect(await db.queue.count()).toBe(0)
    expect(await db.base.count()).toBe(0)
    const kept = new Set([...ran, ...(await db.done.toCollection().primaryKeys())])
    expect([...made].filter((id) => !kept.has(id))).toEqual([])
    for (const kind of KINDS) {
      const served = peer.feed.filter((version) => version.kind === kind && version.row).map((version) => version.row!)
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
      expect((await db.rows(kind).toArray()).sort(byId)).toEqual(served.sort(byId))
    }
  })
})
