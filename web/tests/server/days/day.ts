/** A day of a few tablets, as a seed makes it. */

import { dice, one, type Dice } from '../../dice'
import { count, deliverLate } from './network'
import { Tablet } from './tablet'
import { photograph, takeBack, type, type Shop } from './typing'

const EVENTS = 70
const ROUNDS = 6
const HOUR = 3600_000
const PEOPLE = [['advisor', 'manager'], ['advisor2', 'manager'], ['advisor', 'crm']]

/** The server's address for what no tablet does. */
export interface Office {
  revoke(device: string): Promise<void>
  end(token: string): Promise<void>
}

export class Day {
  tablets: Tablet[] = []
  readonly roll: Dice
  readonly shop: Shop

  constructor(readonly seed: number, readonly office: Office) {
    this.roll = dice(seed)
    const digits = (count: number): string => String(Math.floor(Math.random() * 10 ** count)).padStart(count, '0')
    const [plates, phones] = [digits(4), digits(8)]
    this.shop = { customers: [], vehicles: [], visits: [], lines: [], marks: new Map(), replaced: new Set(), plates, phones }
  }

  async begin(): Promise<void> {
    for (const [at, people] of PEOPLE.slice(0, 2 + this.roll(2)).entries()) {
      const tablet = await Tablet.start(`平板${at}`, people, dice(this.seed * 1000 + at))
      await tablet.signIn()
      await tablet.sync()
      this.join(tablet)
    }
    for (let n = 0; n < 12; n++) await type(this.shop, this.tablets[0]!)
    for (const tablet of this.tablets) await tablet.sync()
    for (const { life } of this.tablets) life.trouble = 2 + this.roll(6)
  }

  private join(tablet: Tablet): void {
    tablet.life.meanwhile = () => this.elsewhere(tablet)
    this.tablets.push(tablet)
  }

  /** While an answer is on its way: the same people type on, others sync. */
  private async elsewhere(tablet: Tablet): Promise<void> {
    const { life } = tablet
    const before = life.trouble
    life.trouble = 0
    await type(this.shop, tablet)
    const other = one(this.roll, this.tablets)!
    if (other !== tablet && !other.life.trouble) await other.sync()
    life.trouble = before
  }

  async live(): Promise<void> {
    for (let n = 0; n < EVENTS; n++) {
      const tablet = one(this.roll, this.tablets)!
      const what = this.roll(100)
      if (what < 46) await type(this.shop, tablet)
      else if (what < 52) await takeBack(this.shop, tablet)
      else if (what < 76) await tablet.sync()
      else if (what < 80) await tablet.diesDuring(this.roll(120), (client) => client.pushAll().then(client.pullAll))
      else if (what < 82) await tablet.diesDuring(this.roll(40), () => type(this.shop, tablet))
      else if (what < 84) await photograph(this.shop, tablet)
      else if (what < 86) await this.twoTabs(tablet)
      else if (what < 88) await this.together()
      else if (what < 91) await deliverLate()
      else if (what < 93) tablet.life.clock = (count('clock'), (this.roll(49) - 24) * 2 * HOUR)
      else if (what < 95) await this.expire(tablet)
      else if (what < 97) (count('store lost'), tablet.loseStore())
      else if (what < 98) await this.clone(tablet)
      else if (what < 99) await this.revoke(tablet)
      else await (count('rebuilt'), tablet.does((client) => client.fetchAnew()))
      if (this.roll(5) === 0) await tablet.signIn(await tablet.missing())
      await this.nothingLost(tablet)
    }
  }

  /** One more tab of the same tablet syncs at the same moment. */
  private async twoTabs(tablet: Tablet): Promise<void> {
    count('two tabs')
    const other = await tablet.page()
    await Promise.all([tablet.sync(), tablet.sync(false, other)])
  }

  private async together(): Promise<void> {
    count('together')
    await Promise.all(this.tablets.map((tablet) => tablet.sync()))
  }

  private async expire(tablet: Tablet): Promise<void> {
    count('token ended')
    const people = await tablet.client.db.people.toArray()
    for (const { token } of people) if (token) await this.office.end(token)
  }

  private async clone(tablet: Tablet): Promise<void> {
    if (this.tablets.length > 3) return
    count('cloned')
    const copy = await tablet.clone(`${tablet.name}′`, dice(this.seed * 1000 + 100 + this.tablets.length))
    copy.life.trouble = tablet.life.trouble
    this.join(copy)
  }

  private async revoke(tablet: Tablet): Promise<void> {
    const device = await tablet.client.db.read<{ id: string }>('device')
    const shared = await Promise.all(this.tablets.map(async ({ client }) => (await client.db.read<{ id: string }>('device'))?.id))
    if (shared.filter((id) => id === device!.id).length > 1) return
    count('revoked')
    await this.office.revoke(device!.id)
    await tablet.becomesNew()
  }

  /** Whatever was typed here waits or was answered. */
  private async nothingLost({ name, client: { db }, made, answered }: Tablet): Promise<void> {
    const kept = new Set([...(await db.queue.toArray()).map((command) => command.id), ...(await db.done.toCollection().primaryKeys())])
    const lost = [...made.keys()].filter((id) => !kept.has(id) && !answered.has(id))
    if (lost.length) throw new Error(`${name} has lost ${lost.join(', ')}`)
  }

  /** The network is good again; everybody signs in and all queues go out. */
  async settle(): Promise<void> {
    for (const { life } of this.tablets) Object.assign(life, { trouble: 0, clock: 0 })
    await deliverLate()
    let quiet = false
    for (let round = 0; round < ROUNDS && !quiet; round++) {
      quiet = true
      for (const tablet of this.tablets) {
        await tablet.signIn(await tablet.missing())
        const refused = await tablet.sync(true)
        quiet &&= !refused && !(await tablet.client.db.queue.count())
      }
    }
    for (const tablet of this.tablets) await tablet.sync(true)
  }
}
