/**
 * A small copy of the texts that people search by stays in memory: 20,000 cars are looked through in a few
 * milliseconds, and no index slows the first sync.
 */

import type { Customer, Vehicle } from '../gen/wire'
import { spelling } from '../domain/pinyin'
import { bare } from '../domain/typed'
import { hear } from './changes'
import { db } from './db'

export interface CarText {
  id: string
  plate: string
  vin: string
}

export interface PersonText {
  id: string
  name: string
  company: boolean
  phones: string[]
  /** The name's syllables, one a character; undefined until somebody needs them. */
  sound?: readonly string[]
}

export interface Texts {
  vehicles: Map<string, CarText>
  customers: Map<string, PersonText>
}

const SLICE = 400
let texts: Promise<Texts> | undefined

const carOf = (row: Vehicle): CarText => ({ id: row.id, plate: bare(row.plate ?? ''), vin: row.vin ?? '' })
const personOf = (row: Customer): PersonText => ({
  id: row.id,
  name: bare(row.name ?? ''),
  company: row.kind === 'company',
  phones: (row.phones ?? []).map((phone) => phone.number),
})

hear((message) => {
  if (message.type !== 'rows' || !texts) return
  const { kind, ids } = message
  texts = ids ? texts.then((known) => renewed(known, kind, ids)) : undefined
})

/** The searched texts as they are now. */
export const searched = (): Promise<Texts> => (texts ??= readAll())

/** Reads the texts, and how the names sound, ahead of the first search. */
export async function warmSearch(): Promise<void> {
  await sounded(await searched())
}

async function readAll(): Promise<Texts> {
  const [cars, people] = await Promise.all([db.vehicles.toArray(), db.customers.toArray()])
  return {
    vehicles: new Map(cars.map((row) => [row.id, carOf(row)])),
    customers: new Map(people.map((row) => [row.id, personOf(row)])),
  }
}

async function renewed(known: Texts, kind: 'vehicles' | 'customers', ids: string[]): Promise<Texts> {
  if (kind === 'vehicles') refill(known.vehicles, ids, await db.vehicles.bulkGet(ids), carOf)
  else refill(known.customers, ids, await db.customers.bulkGet(ids), personOf)
  return known
}

function refill<R, T>(map: Map<string, T>, ids: string[], rows: (R | undefined)[], textOf: (row: R) => T): void {
  ids.forEach((id, at) => (rows[at] ? map.set(id, textOf(rows[at]!)) : map.delete(id)))
}

/** Fills in how names sound, a slice at a time so that the screen stays awake. Without the dictionary none sound. */
export async function sounded({ customers }: Texts): Promise<void> {
  const mute = [...customers.values()].filter((person) => !person.sound)
  if (!mute.length) return
  const spell = await spelling().catch(() => null)
  if (!spell) return
  for (let at = 0; at < mute.length; at += SLICE) {
    for (const person of mute.slice(at, at + SLICE)) {
      person.sound = spell(person.name, person.company ? undefined : 'name').syllables
    }
    await new Promise((next) => setTimeout(next))
  }
}
