/** One tablet of a bad day: the real client over an IndexedDB of its own, started anew whenever its page dies. */

import Dexie from 'dexie'
import { forceCloseDatabase, IDBFactory } from 'fake-indexeddb'
import { vi } from 'vitest'
import type { Dice } from '../../dice'
import { count, lives, type Life } from './network'

const EXPECTED = new Set(['Refused', 'Unreachable', 'Stopped'])
const PHRASE = '一句只有我们知道的话'

/** The client's modules, each start its own: what a page has in memory is gone with it. */
async function load() {
  vi.resetModules()
  return {
    ...(await import('../../../src/sync/db')),
    ...(await import('../../../src/sync/outbox')),
    ...(await import('../../../src/sync/push')),
    ...(await import('../../../src/sync/pull')),
    ...(await import('../../../src/sync/photos')),
    ...(await import('../../../src/sync/upload')),
    ...(await import('../../../src/sync/session')),
    ...(await import('../../../src/sync/checksum')),
    ...(await import('../../../src/sync/rescue')),
  }
}

export type Client = Awaited<ReturnType<typeof load>>

/** A browser's IndexedDB as one page sees it: a dead page gets no answer any more. */
function seenBy(life: Life, factory: IDBFactory): IDBFactory {
  return new Proxy(factory, {
    get: (of, name) => (...how: unknown[]) => {
      const method = Reflect.get(of, name) as (...how: unknown[]) => unknown
      return life.dead ? {} : method.apply(of, how)
    },
  })
}

export class Tablet {
  client!: Client
  life!: Life
  private death!: Promise<void>
  /** Who made which command here, or on the tablet that this one is a copy of. */
  made = new Map<string, string>()

  /** What was answered before this tablet was revoked and forgot it. */
  answered = new Set<string>()

  private constructor(readonly name: string, readonly people: string[], readonly roll: Dice, readonly factory: IDBFactory) {}

  static async start(name: string, people: string[], roll: Dice, factory = new IDBFactory()): Promise<Tablet> {
    const tablet = new Tablet(name, people, roll, factory)
    await tablet.open()
    return tablet
  }

  private async open(): Promise<void> {
    let die!: () => void
    this.death = new Promise((done) => (die = done))
    const { trouble = 0, clock = 0, meanwhile = async () => undefined } = this.life ?? {}
    const life: Life = { roll: this.roll, trouble, clock, meanwhile, dead: false, die: () => ((life.dead = true), die()) }
    this.life = life
    this.client = await this.page()
  }

  /** A page over this tablet's store: the one that works here, or one more tab. */
  async page(): Promise<Client> {
    Dexie.dependencies.indexedDB = seenBy(this.life, this.factory)
    return load()
  }

  /**
   * Lets this tablet do something; what a network or server may refuse is no fault of it, and given back. Its page may
   * die of it.
   */
  async does(work: (client: Client) => Promise<unknown>): Promise<Error | null> {
    const { life, client } = this
    const done = lives.run(life, () => work(client)).then(
      () => null,
      (error: Error) => {
        if (!life.dead && !EXPECTED.has(error.name)) throw error
        return error
      },
    )
    const refused = await Promise.race([done, this.death])
    if (life.dead) await this.restart()
    return refused ?? null
  }

  /** The page dies after so many turns of the event loop, in the middle of whatever it does then. */
  async diesDuring(turns: number, work: (client: Client) => Promise<unknown>): Promise<void> {
    const { life } = this
    const wait = (left: number): unknown => (left ? setImmediate(() => wait(left - 1)) : life.die())
    wait(turns)
    count('killed')
    await this.does(async (client) => (await work(client), new Promise(() => undefined)))
  }

  private async restart(): Promise<void> {
    this.loseStore()
    await this.open()
  }

  /** The browser closes the store under the page. */
  loseStore(): void {
    if (this.client.db.isOpen()) forceCloseDatabase(this.client.db.backendDB() as never)
  }

  /** Another tablet with the same memory, as from a backup of this one. */
  async clone(name: string, roll: Dice): Promise<Tablet> {
    const copy = await Tablet.start(name, this.people, roll)
    for (const table of this.client.db.tables) await copy.client.db.table(table.name).bulkAdd(await table.toArray())
    copy.made = new Map(this.made)
    copy.answered = new Set(this.answered)
    return copy
  }

  /** Everybody who has no sign-in here gets one. */
  async signIn(people = this.people): Promise<void> {
    for (const username of people) await this.does(({ session }) => session.login(username, `${username}-demo`))
  }

  async missing(): Promise<string[]> {
    const { db } = this.client
    const device = (await db.read<{ id: string }>('device'))?.id
    const able = (await db.people.toArray()).filter((person) => person.token && person.device_id === device)
    return this.people.filter((username) => !able.some((person) => person.user.username === username))
  }

  /** As the engine does it: push, then pull although the queue waits for somebody, then photos. */
  async sync(flush = this.roll(2) === 0, page?: Client): Promise<Error | null> {
    return this.does(async (own) => {
      const client = page ?? own
      const stood = await client.pushAll(flush).catch((error: Error & { problem?: { code: string } }) => {
        if (error.name !== 'Stopped' || error.problem!.code === 'forked_device') throw error
        return error
      })
      await client.pullAll()
      if (stood instanceof Error) throw stood
      await client.uploadAll()
      await client.dismissLeavers()
    })
  }

  /** The store revoked this tablet: its unsent work goes into a file, and from there into the new device it becomes. */
  async becomesNew(): Promise<void> {
    this.life.trouble = 0
    for (const id of await this.client.db.done.toCollection().primaryKeys()) this.answered.add(id)
    await this.sync()
    const { db, packUnsent, wipe } = this.client
    const [first] = await db.people.toArray()
    const password = `${first!.user.username}-demo`
    const file = await (await packUnsent({ userId: first!.user_id, password }, PHRASE)).arrayBuffer()
    await wipe()
    await this.restart()
    await this.signIn()
    await this.does((client) => client.takeIn(file, PHRASE))
  }
}
