/** What a tablet does when IndexedDB loses its connection under it. */
import { beforeEach, expect, it } from 'vitest'
import { uuid7 } from '../../src/sync/clock'
import { db } from '../../src/sync/db'
import { send } from '../../src/sync/outbox'
import { keepPhoto } from '../../src/sync/photos'
import { follow } from '../../src/sync/watch'
import { until } from '../screens/mounting'
import { tablet } from './peer'

const note = (text: string) => send('customer.add_note', { customer_id: uuid7(), note_id: uuid7(), text })
const queued = async () => (await db.queue.orderBy('seq').toArray()).map((command) => command.seq)

/** What happens instead of a transaction on a connection; Dexie binds the method when it opens one. */
const faults = new Map<IDBDatabase, (begin: () => IDBTransaction, mode?: IDBTransactionMode) => IDBTransaction>()
const begin = IDBDatabase.prototype.transaction
IDBDatabase.prototype.transaction = function (...how) {
  const instead = faults.get(this)
  return instead ? instead(() => begin.apply(this, how), how[1]) : begin.apply(this, how)
}

/** As Safari does it: the connection looks open and gives no transaction any more. */
function safariLosesIt(): void {
  faults.set(db.backendDB(), () => {
    throw new DOMException('Connection to Indexed Database server lost. Refresh the page to try again', 'UnknownError')
  })
}

const LOSSES: [string, () => void][] = [
  ['the browser closed it', () => db.backendDB().close()],
  ['the browser closed it and said so', () => (db.backendDB().close(), db.backendDB().onclose!(new Event('close')))],
  ['another tab wants to change the store', () => db.backendDB().onversionchange!(new Event('versionchange') as IDBVersionChangeEvent)],
  ['Safari lost its server', safariLosesIt],
]

beforeEach(async () => {
  faults.clear()
  await tablet()
})

it.each(LOSSES)('a tap is stored once although %s', async (_, lose) => {
  await note('一')
  lose()
  await note('二')
  expect(await queued()).toEqual([1, 2])
})

it.each(LOSSES)('a photo is kept although %s', async (_, lose) => {
  await note('一')
  lose()
  const sha256 = await keepPhoto(new ArrayBuffer(3), 'image/jpeg', { visit_id: uuid7(), purpose: 'after' })
  expect([await queued(), await db.blobs.count(), (await db.blobs.get(sha256))!.state]).toEqual([[1, 2], 1, 'to_send'])
})

it('a tap whose transaction breaks off in the middle is stored once', async () => {
  await note('一')
  let broken = 0
  faults.set(db.backendDB(), (start, mode) => {
    const begun = start()
    if (mode === 'readwrite' && !broken++) begun.objectStore('queue').count().onsuccess = () => begun.abort()
    return begun
  })
  await note('二')
  expect(broken).toBe(1)
  expect(await queued()).toEqual([1, 2])
})

it('a list on the screen goes on', async () => {
  let shown: number[] | undefined
  const stop = follow(queued, (seqs) => (shown = seqs))
  await note('一')
  await until(() => shown?.length === 1)
  safariLosesIt()
  await note('二')
  await until(() => shown?.length === 2, 4_000)
  stop()
})

it('a command that cannot be stored for another reason is refused, once', async () => {
  await expect(note('x'.repeat(8 * 1024 * 1024))).rejects.toThrow(RangeError)
  expect(await queued()).toEqual([])
})
