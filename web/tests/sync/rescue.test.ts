import { beforeEach, describe, expect, it } from 'vitest'
import { uuid7 } from '../../src/sync/clock'
import { db } from '../../src/sync/db'
import { thisDevice } from '../../src/sync/device'
import { send } from '../../src/sync/outbox'
import { keepPhoto } from '../../src/sync/photos'
import { pullAll } from '../../src/sync/pull'
import { pushAll } from '../../src/sync/push'
import { packUnsent, takeIn, wipe } from '../../src/sync/rescue'
import { session } from '../../src/sync/session'
import { makeVerifier } from '../../src/sync/verifier'
import { json, person, tablet, type Peer } from './peer'

let peer: Peer
const me = { userId: 'u1', password: 'secret' }
const PHRASE = '四个不相干的词'

beforeEach(async () => {
  peer = await tablet()
  await db.people.update('u1', { verifier: await makeVerifier('secret', 1000) })
})

const revoked = () => json({ code: 'device_revoked' }, 403)
const note = (text = '.') => send('customer.add_note', { customer_id: uuid7(), note_id: uuid7(), text })
const photo = () => keepPhoto(new Uint8Array([1, 2, 3, 4]).buffer, 'image/jpeg', { visit_id: uuid7(), purpose: 'before' })

/** What `wipe` leaves and a sign-in makes of it: a new device with the same person. */
async function anew(): Promise<void> {
  await wipe()
  await person('u1', 'advisor', (await thisDevice()).id)
  await db.remember('active', 'u1')
}

describe('a tablet that was revoked', () => {
  it('keeps the unsent work and nothing that the server has, and asks for nothing any more', async () => {
    await send('customer.register', { customer_id: uuid7(), name: '王伟', phones: [] })
    await pushAll()
    await pullAll()
    const { id } = await note()
    const sha256 = await photo()
    await db.blobs.put({ sha256: 'old', type: 'image/jpeg', data: new ArrayBuffer(1), state: 'sent', mine: 1, problem: null, stored_at: 1 })
    peer.faults = [revoked]
    await expect(pushAll()).rejects.toMatchObject({ code: 'device_revoked' })
    expect(session.state).toMatchObject({ revoked: true, user: null })
    expect([await db.customers.count(), await db.done.count(), await db.base.count()]).toEqual([0, 0, 0])
    expect((await db.queue.orderBy('seq').toArray()).map((command) => [command.id, command.name])).toEqual([
      [id, 'customer.add_note'], [expect.any(String), 'photo.add'],
    ])
    expect(await db.blobs.toCollection().primaryKeys()).toEqual([sha256])
    const asked = peer.requests.length
    await expect(pullAll()).rejects.toMatchObject({ code: 'device_revoked' })
    expect(peer.requests.length).toBe(asked)
  })

  it('still knows the passwords of its people, also when it learns of it as one of them signs in', async () => {
    peer.faults = [revoked]
    await expect(session.login('advisor', 'secret')).rejects.toMatchObject({ code: 'device_revoked' })
    expect(session.state.revoked).toBe(true)
    expect((await session.vouch('u1', 'secret')).user.name).toBe('advisor')
  })
})

describe('the unsent work in a file', () => {
  it('goes to another tablet: under new numbers, with the same ids and authors, bytes and all', async () => {
    const made = [(await note('一')).id, (await note('二')).id]
    const sha256 = await photo()
    const file = await (await packUnsent(me, PHRASE)).arrayBuffer()
    await anew()
    expect([await db.queue.count(), await db.blobs.count(), await db.meta.get('cookie')]).toEqual([0, 0, undefined])
    const own = (await note('三')).id
    expect(await takeIn(file, PHRASE)).toEqual({ commands: 3, photos: 1 })
    const queue = await db.queue.orderBy('seq').toArray()
    expect(queue.map(({ seq, id }) => [seq, id])).toEqual([[1, own], [2, made[0]], [3, made[1]], [4, expect.any(String)]])
    expect(queue.map((command) => command.user)).toEqual(['u1', 'u1', 'u1', 'u1'])
    expect(new Uint8Array((await db.blobs.get(sha256))!.data)).toEqual(new Uint8Array([1, 2, 3, 4]))
    expect((await note('四')).seq).toBe(5)
    await pushAll()
    await pullAll()
    expect(await db.queue.count()).toBe(0)
    expect(new Set(peer.journal.map((entry) => entry.id)).size).toBe(5)
  })

  it('may be taken in twice, also after it was sent', async () => {
    await note()
    await photo()
    const file = await (await packUnsent(me, PHRASE)).arrayBuffer()
    await anew()
    await takeIn(file, PHRASE)
    expect(await takeIn(file, PHRASE)).toEqual({ commands: 0, photos: 0 })
    await pushAll()
    await pullAll()
    expect(await takeIn(file, PHRASE)).toEqual({ commands: 0, photos: 0 })
    expect(await db.queue.count()).toBe(0)
  })

  it('shows on the new tablet what is not sent yet', async () => {
    const customer_id = uuid7()
    await send('customer.register', { customer_id, name: '王伟', phones: [] })
    const file = await (await packUnsent(me, PHRASE)).arrayBuffer()
    await anew()
    await takeIn(file, PHRASE)
    expect(await db.customers.get(customer_id)).toMatchObject({ name: '王伟', rev: 0 })
  })

  it('waits for its author, by name', async () => {
    await note()
    const file = await (await packUnsent(me, PHRASE)).arrayBuffer()
    await wipe()
    await person('u2', 'colleague', (await thisDevice()).id)
    await db.remember('active', 'u2')
    await db.staff.put({ id: 'u1', rev: 1, store_id: 's1', name: '李顾问', role: 'advisor', active: true })
    await takeIn(file, PHRASE)
    await expect(pushAll()).rejects.toMatchObject({ problem: { code: 'author_must_sign_in', facts: { name: '李顾问' } } })
    expect(peer.requests).not.toContain('POST /sync/push')
  })

  it('is made only for somebody whose password this tablet knows', async () => {
    await expect(packUnsent({ ...me, password: 'guess' }, PHRASE)).rejects.toMatchObject({ code: 'bad_credentials' })
  })

  it('opens with its passphrase alone, shows no word of it, and not once a bit is turned', async () => {
    await note('王伟 13912345678')
    const file = await (await packUnsent(me, PHRASE)).arrayBuffer()
    expect(Buffer.from(file).includes('13912345678')).toBe(false)
    await expect(takeIn(file, '四个不相干的字')).rejects.toMatchObject({ code: 'wrong_passphrase' })
    for (const at of [10, 30, 40, file.byteLength - 1]) {
      const bent = new Uint8Array(file.slice(0))
      bent[at]! ^= 1
      await expect(takeIn(bent.buffer, PHRASE)).rejects.toMatchObject({ code: 'wrong_passphrase' })
    }
    await expect(takeIn(new TextEncoder().encode('PK something else').buffer, PHRASE)).rejects.toMatchObject({ code: 'no_rescue' })
  })
})

describe('a wiped tablet', () => {
  it('holds nothing: no row, no command, no photo, no person, no key', async () => {
    const before = (await thisDevice()).id
    await note()
    await photo()
    await wipe()
    for (const table of db.tables) expect([table.name, await table.count()]).toEqual([table.name, 0])
    expect((await thisDevice()).id).not.toBe(before)
  })
})
