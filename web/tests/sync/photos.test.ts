import { beforeEach, describe, expect, it, vi } from 'vitest'
import { watch } from 'vue'
import { uuid7 } from '../../src/sync/clock'
import { db } from '../../src/sync/db'
import { send } from '../../src/sync/outbox'
import { keepPhoto, photoUrl, uploading } from '../../src/sync/photos'
import { pullAll } from '../../src/sync/pull'
import { pushAll } from '../../src/sync/push'
import { forgetOldBytes } from '../../src/sync/room'
import { uploadAll } from '../../src/sync/upload'
import { json, tablet, type Peer } from './peer'

let peer: Peer
let visit: string

beforeEach(async () => {
  peer = await tablet()
  visit = uuid7()
  const [customer_id, vehicle_id] = [uuid7(), uuid7()]
  await send('customer.register', { customer_id, name: '王伟', phones: [] })
  await send('vehicle.register', { vehicle_id, plate: '川A12345', make: '大众', model: '帕萨特', energy: 'petrol' })
  await send('visit.open', { visit_id: visit, vehicle_id, customer_id, kind: 'repair', payer: 'customer' })
})

const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer
const keep = (text: string) => keepPhoto(bytes(text), 'image/jpeg', { visit_id: visit, purpose: 'walkaround' })

describe('photos', () => {
  it('are stored with their command before anything is sent', async () => {
    peer.offline = true
    const sha256 = await keep('front')
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(await db.blobs.get(sha256)).toMatchObject({ state: 'to_send', mine: 1 })
    expect(await db.photos.where('visit_id').equals(visit).toArray()).toMatchObject([{ sha256, uploaded: false, bytes: 5 }])
    expect((await db.queue.orderBy('seq').last())!.fields).toMatchObject({ sha256, media_type: 'image/jpeg', purpose: 'walkaround' })
    expect(await photoUrl(sha256)).toMatch(/^blob:/)
  })

  it('go out one by one; a refused one does not stop the others, a lost network stops all', async () => {
    const [bad, good] = [await keep('bad'), await keep('good')]
    peer.offline = true
    await expect(uploadAll()).rejects.toThrow('unreachable')
    peer.offline = false
    const refused = [bad, good].sort()[0]!
    peer.faults = [() => json({ code: 'not_an_image' }, 415)]
    await uploadAll()
    expect(await db.blobs.get(refused)).toMatchObject({ state: 'refused', problem: 'not_an_image' })
    expect([...peer.uploads.keys()]).toEqual([[bad, good].sort()[1]])
    await uploadAll()
    expect([...peer.uploads.values()]).toEqual([1])
  })

  it('say how far they have come, and that none is on its way any more', async () => {
    const sha256 = await keep('front')
    const seen: unknown[] = []
    const stop = watch(uploading, (upload) => seen.push(upload), { flush: 'sync' })
    await uploadAll()
    stop()
    expect(seen).toEqual([{ sha256, part: 0 }, { sha256, part: 0.5 }, null])
  })

  it('have all the time that they need, but not a minute in which nothing moves', async () => {
    const sha256 = await keep('front')
    peer.faults = [({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new TypeError('aborted'))))]
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const sent = uploadAll().catch((error: unknown) => String(error))
    while (uploading.value?.part !== 0.5) await new Promise(setImmediate)
    await vi.advanceTimersByTimeAsync(59_000)
    expect(uploading.value).toEqual({ sha256, part: 0.5 })
    await vi.advanceTimersByTimeAsync(2_000)
    vi.useRealTimers()
    expect(await sent).toContain('unreachable')
    expect(await db.blobs.get(sha256)).toMatchObject({ state: 'to_send' })
  })

  it('go out again when the server says that it does not have them', async () => {
    const sha256 = await keep('front')
    await uploadAll()
    await pushAll()
    await pullAll()
    await uploadAll()
    expect(peer.uploads.get(sha256)).toBe(2)
  })

  it('are forgotten when old, but never before they were sent', async () => {
    const sent = await keep('sent')
    await uploadAll()
    const waiting = await keep('waiting')
    await forgetOldBytes(Date.now() + 1)
    expect(await db.blobs.toCollection().primaryKeys()).toEqual([waiting])
    expect(await db.blobs.get(sent)).toBeUndefined()
  })

  it('of others are fetched once and kept', async () => {
    peer.faults = [() => new Response('jpeg', { headers: { 'Content-Type': 'image/jpeg' } })]
    const sha256 = 'a'.repeat(64)
    expect(await photoUrl(sha256)).toMatch(/^blob:/)
    expect(await db.blobs.get(sha256)).toMatchObject({ state: 'sent', mine: 0, type: 'image/jpeg' })
    peer.offline = true
    expect(await photoUrl('b'.repeat(64))).toBeUndefined()
  })
})
