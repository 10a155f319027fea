import { beforeEach, describe, expect, it } from 'vitest'
import { uuid7 } from '../../src/sync/clock'
import { db } from '../../src/sync/db'
import { counters, thisDevice } from '../../src/sync/device'
import { Refused, Unreachable } from '../../src/sync/door'
import { send } from '../../src/sync/outbox'
import { pullAll } from '../../src/sync/pull'
import { pushAll } from '../../src/sync/push'
import { Stopped } from '../../src/sync/stopped'
import type { Sent } from '../../src/sync/types'
import { json, person, tablet, type Peer } from './peer'

let peer: Peer

beforeEach(async () => {
  peer = await tablet()
})

const note = (text = '.') => send('customer.add_note', { customer_id: uuid7(), note_id: uuid7(), text })
const queue = () => db.queue.orderBy('seq').toArray()
const bodies = (into: { commands: Sent[] }[]) => async (request: Request) => {
  into.push((await request.clone().json()) as { commands: Sent[] })
  return undefined
}

describe('push', () => {
  it('sends everything in order, at most 500 commands at once', async () => {
    await db.queue.bulkPut(
      Array.from({ length: 1201 }, (_, n) => ({
        seq: n + 1, id: uuid7(), name: 'customer.add_note' as const, issued_at: '2026-11-21T01:02:03.004Z', user: 'u1', lane: 'misc',
        fields: { customer_id: 'c', note_id: `${n}`, text: '.' }, touches: [], tried: 0 as const, held_until: 0, outcome: null,
      })),
    )
    const sent: { commands: Sent[] }[] = []
    peer.faults = [bodies(sent), bodies(sent), bodies(sent)]
    await pushAll()
    expect(sent.map(({ commands }) => commands.length)).toEqual([500, 500, 201])
    expect(sent[0]!.commands[0]).toEqual({
      seq: 1, id: expect.any(String), name: 'customer.add_note', issued_at: '2026-11-21T01:02:03.004Z', user: 'u1',
      lane: 'misc', fields: { customer_id: 'c', note_id: '0', text: '.' },
    })
    expect(peer.journal.map((entry) => entry.seq)).toEqual(Array.from({ length: 1201 }, (_, n) => n + 1))
  })

  it('sends at most 2 MiB at once, and a larger command alone', async () => {
    for (const kib of [900, 900, 900, 3000, 10]) await note('x'.repeat(kib * 1024))
    const sent: { commands: Sent[] }[] = []
    peer.faults = Array.from({ length: 4 }, () => bodies(sent))
    await pushAll()
    expect(sent.map(({ commands }) => commands.map(({ seq }) => seq))).toEqual([[1, 2], [3], [4], [5]])
  })

  it('sends fewer at once to a server that finds them too large', async () => {
    for (let n = 0; n < 4; n++) await note()
    peer.faults = [() => json({ code: 'too_large' }, 413)]
    await pushAll()
    expect(peer.journal).toHaveLength(4)
    expect(peer.requests).toEqual(['POST /sync/push', 'POST /sync/push', 'POST /sync/push'])
  })

  it('keeps the queue when the token has expired, and asks for a new one', async () => {
    await note()
    peer.faults = [() => json({ code: 'token_expired' }, 401)]
    await expect(pushAll()).rejects.toMatchObject({ status: 401, code: 'signed_out' })
    expect(await queue()).toHaveLength(1)
    expect((await db.people.get('u1'))!.token).toBeNull()
    await person('u1', 'advisor', (await thisDevice()).id)
    await pushAll()
    expect(peer.journal.map((entry) => entry.seq)).toEqual([1])
  })

  it('goes on with a colleague’s token when one person’s has expired', async () => {
    await person('u2', 'manager', (await thisDevice()).id)
    await note()
    peer.faults = [() => json({ code: 'token_expired' }, 401)]
    await pushAll()
    expect((await queue())[0]).toMatchObject({ user: 'u1', outcome: { outcome: 'applied' } })
  })

  it.each([426, 503, 500])('keeps the queue on %i', async (status) => {
    await note()
    peer.faults = [() => json({ code: 'not_now' }, status)]
    await expect(pushAll()).rejects.toBeInstanceOf(Refused)
    expect(await queue()).toMatchObject([{ seq: 1, outcome: null }])
  })

  it('sends again what was answered into the void, and it runs once', async () => {
    await note()
    const cut = async (request: Request) => {
      peer.faults = []
      await fetch('/sync/push', { method: 'POST', body: await request.clone().text() })
      return new Response('<html>captive portal</html>', { status: 200 })
    }
    peer.faults = [cut]
    await expect(pushAll()).rejects.toBeInstanceOf(Unreachable)
    await pushAll()
    expect(peer.journal).toHaveLength(1)
    expect((await queue())[0]!.outcome).toMatchObject({ id: peer.journal[0]!.id })
  })

  it('notes the outcomes before a command that failed, and tries that one again later', async () => {
    const { id } = await note()
    await note()
    const partly = { outcomes: [{ seq: 1, id, outcome: 'applied', reason: null, merged: [], review: null }], next_seq: 2, failed: { seq: 2, id: 'x', attempt: 1 } }
    peer.faults = [() => json(partly)]
    await expect(pushAll()).rejects.toMatchObject({ retry: true, problem: { code: 'command_failed' } })
    expect((await queue()).map((command) => command.outcome?.outcome ?? null)).toEqual(['applied', null])
    peer.next.set((await thisDevice()).id, 2)
    await pushAll()
    expect((await queue()).every((command) => command.outcome)).toBe(true)
  })
})

describe('a server that lost commands', () => {
  it('gets them again from its next_seq on', async () => {
    await note()
    await note()
    await pushAll()
    await pullAll()
    await note()
    expect(await db.done.count()).toBe(2)
    peer.restore(1)
    await pushAll()
    expect(peer.journal.map((entry) => entry.seq)).toEqual([1, 2, 3])
    expect((await queue()).map((command) => command.seq)).toEqual([2, 3])
    await pullAll()
    expect(await queue()).toEqual([])
  })

  it('gets them again after a pull showed the loss, although nothing new was made', async () => {
    await note()
    await note()
    await pushAll()
    await pullAll()
    peer.restore(1)
    await pullAll()
    expect((await queue()).map((command) => command.seq)).toEqual([2])
    await pushAll()
    await pullAll()
    expect(peer.journal).toHaveLength(2)
    expect(await queue()).toEqual([])
    expect((await counters(db)).done_through).toBe(2)
  })

  it('gets them again when they were answered but not yet pulled', async () => {
    await note()
    await pushAll()
    peer.restore(0)
    await pullAll()
    expect(await queue()).toMatchObject([{ seq: 1, outcome: null }])
    await pushAll()
    await pullAll()
    expect(await queue()).toEqual([])
  })
})

describe('a tablet that was cloned', () => {
  it('becomes a new device and sends its queue under new numbers with the same command ids', async () => {
    const before = (await thisDevice()).id
    await note()
    await pushAll()
    await pullAll()
    const ids = [(await note()).id, (await note()).id]
    peer.faults = [() => json({ code: 'forked_device' }, 409)]
    await expect(pushAll()).rejects.toBeInstanceOf(Stopped)
    const device = await thisDevice()
    expect(device.id).not.toBe(before)
    expect((await queue()).map(({ seq, id }) => [seq, id])).toEqual([[1, ids[0]], [2, ids[1]]])
    expect((await note()).seq).toBe(3)
    await expect(pushAll()).rejects.toMatchObject({ problem: { code: 'author_must_sign_in', facts: { name: 'advisor' } } })
    await person('u1', 'advisor', device.id)
    await pushAll()
    expect(peer.journal.slice(1).map((entry) => [entry.device, entry.seq])).toEqual([[device.id, 1], [device.id, 2], [device.id, 3]])
  })

  it('notices so by a pull: a number that it has not sent is used', async () => {
    const before = (await thisDevice()).id
    const { id } = await note()
    peer.faults = [() => json({ cookie: '1/1', reset: false, more: false, rows: {}, gone: {}, applied_through: 1, outcomes: [] })]
    await expect(pullAll()).rejects.toMatchObject({ problem: { code: 'forked_device' } })
    expect((await thisDevice()).id).not.toBe(before)
    expect((await queue()).map((command) => [command.seq, command.id, command.outcome])).toEqual([[1, id, null]])
  })

  it('does the same when the server misses commands that nobody has any more', async () => {
    const before = (await thisDevice()).id
    await db.remember('counters', { next_seq: 90, next_local_number: 1, done_through: 89 })
    await note()
    await expect(pushAll()).rejects.toMatchObject({ problem: { code: 'forked_device' } })
    expect((await thisDevice()).id).not.toBe(before)
    expect((await queue()).map((command) => command.seq)).toEqual([1])
  })
})
