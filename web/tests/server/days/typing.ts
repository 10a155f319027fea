/** What people type on a tablet, all about the same few customers and cars. Each thing typed carries a mark of its own. */

import { one, type Dice } from '../../dice'
import { uuid7 } from '../../../src/sync/clock'
import type { CommandFields, CommandName } from '../../../src/gen/wire'
import type { Client, Tablet } from './tablet'

/** What everybody of a day knows of: ids by noun, and every mark with the command that carried it. */
export interface Shop {
  customers: string[]
  vehicles: string[]
  visits: string[]
  lines: string[]
  marks: Map<string, string>
  /** Marks that somebody saw and typed over. */
  replaced: Set<string>
  /** Four digits that begin the plates of this day, eight of its phones: days meet at the same server. */
  plates: string
  phones: string
}

type Typed = { [N in CommandName]: { name: N; fields: CommandFields[N] } }[CommandName]

let marks = 0
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

/** One person types one thing that makes sense with what this tablet shows. */
export async function type(shop: Shop, tablet: Tablet): Promise<void> {
  const { roll } = tablet
  await tablet.does(async (client) => {
    const mark = `印${process.pid}-${++marks}`
    const typed = await something(shop, client, roll, mark)
    if (!typed) return
    const user = (await client.db.read<string>('active')) ?? ''
    const sent = await client.send(typed.name, typed.fields, { now: roll(2) === 0 })
    tablet.made.set(sent.id, user)
    const text = JSON.stringify(typed.fields)
    if (text.includes(mark)) shop.marks.set(mark, sent.id)
    for (const seen of shop.marks.keys()) if (text.includes(`"from":"${seen}"`)) shop.replaced.add(seen)
  })
}

/** Somebody takes back something that waits. A page that dies meanwhile leaves open whether it did. */
export async function takeBack({ marks: typed }: Shop, tablet: Tablet): Promise<void> {
  await tablet.does(async ({ db, undo }) => {
    const command = one(tablet.roll, await db.queue.toArray())
    const user = tablet.made.get(command?.id ?? '')
    if (!command || user === undefined) return
    const mark = [...typed].find(([, id]) => id === command.id)?.[0]
    tablet.made.delete(command.id)
    if (mark) typed.delete(mark)
    if (await undo(command.id)) return
    tablet.made.set(command.id, user)
    if (mark) typed.set(mark, command.id)
  })
}

async function something({ customers, vehicles, visits, lines, plates, phones }: Shop, { db }: Client, roll: Dice, mark: string): Promise<Typed | null> {
  const customer = await db.customers.get(one(roll, customers) ?? '')
  const vehicle = await db.vehicles.get(one(roll, vehicles) ?? '')
  const visit = await db.visits.get(one(roll, visits) ?? '')
  const line = await db.estimate_lines.get(one(roll, lines) ?? '')
  const fresh = (ids: string[]): string => (ids.push(uuid7()), ids.at(-1)!)
  const price = 100 * roll(90)
  const makes: (() => Typed | undefined)[] = [
    () => ({ name: 'customer.register', fields: { customer_id: fresh(customers), name: mark, phones: [{ number: `13${phones}${roll(3)}`, primary: true }] } }),
    () => customer && { name: 'customer.add_note', fields: { customer_id: customer.id, note_id: uuid7(), text: mark } },
    () => customer && { name: 'customer.tag', fields: { customer_id: customer.id, add: [mark], remove: [] } },
    () => customer && { name: 'customer.update', fields: { customer_id: customer.id, changes: { address: { from: customer.address, to: mark } } } },
    () => customer && { name: 'customer.update', fields: { customer_id: customer.id, changes: { name: { from: customer.name, to: mark } } } },
    () => customer && { name: 'vehicle.register', fields: { vehicle_id: fresh(vehicles), plate: `川A${plates}${roll(3)}`, make: '大众', model: mark, energy: 'petrol', owner_id: customer.id } },
    () => customer && vehicle && { name: 'visit.open', fields: { visit_id: fresh(visits), vehicle_id: vehicle.id, customer_id: customer.id, kind: 'repair', payer: 'customer' } },
    () => visit && { name: 'visit.add_concern', fields: { visit_id: visit.id, concern_id: uuid7(), words: mark } },
    () => visit && { name: 'visit.add_concern', fields: { visit_id: visit.id, concern_id: uuid7(), words: mark } },
    () => visit && { name: 'visit.promise', fields: { visit_id: visit.id, ready_at: { from: visit.ready_at, to: `2026-12-${10 + roll(20)}T09:00:00Z` }, reason: mark } },
    () => visit && { name: 'estimate.add_line', fields: { visit_id: visit.id, line_id: fresh(lines), kind: 'part', name: mark, quantity: '1', unit: '个', unit_price_fen: price } },
    () => line && { name: 'estimate.revise_line', fields: { line_id: line.id, seen_version: line.version, unit_price_fen: price + 1, reason: mark } },
    () => visit && { name: 'settlement.record_payment', fields: { visit_id: visit.id, payment_id: uuid7(), method: 'cash', amount_fen: price + 1, reference: mark, paid_at: '2026-11-21T01:02:03Z' } },
    () => visit && { name: 'visit.cancel', fields: { visit_id: visit.id, reason: mark } },
  ]
  return (roll(30) === 0 ? makes[13]! : one(roll, makes.slice(0, 13))!)() ?? null
}

/** Somebody takes a photo. */
export async function photograph(shop: Shop, tablet: Tablet): Promise<void> {
  await tablet.does(async (client) => {
    const visit = await client.db.visits.get(one(tablet.roll, shop.visits) ?? '')
    if (!visit) return
    const bytes = Uint8Array.from([...PNG, ...crypto.getRandomValues(new Uint8Array(8))]).buffer
    const sha256 = await client.keepPhoto(bytes, 'image/png', { visit_id: visit.id, purpose: 'other' })
    const user = (await client.db.read<string>('active')) ?? ''
    const sent = await client.db.queue.filter(({ fields }) => (fields as { sha256?: string }).sha256 === sha256).first()
    if (sent) tablet.made.set(sent.id, user)
  })
}
