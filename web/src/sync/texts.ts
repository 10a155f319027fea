/**
 * What people search by, and what a hit shows, stays in memory: 20,000 cars are looked through in a few milliseconds
 * without a question to the store, and no index slows the first sync.
 */

import type { Table } from 'dexie'
import type { Customer, Vehicle, Visit } from '../gen/wire'
import { spelling, type Spell } from '../domain/pinyin'
import { bare } from '../domain/typed'
import { hear, type Searched } from './changes'
import { db } from './db'
import { idle } from './idle'
import { CLOSED, STAGES } from './stages'

/** As much of a car as a hit shows. */
export type FoundCar = Pick<Vehicle, 'id' | 'plate' | 'vin' | 'make' | 'model' | 'owner_id'>
/** As much of a person as a hit shows. */
export type FoundPerson = Pick<Customer, 'id' | 'name' | 'phones'>

export interface CarText {
  plate: string
  vin: string
  shown: FoundCar
}

export interface PersonText {
  name: string
  company: boolean
  phones: string[]
  shown: FoundPerson
  /** The name's syllables, one a character; undefined until somebody needs them. */
  sound?: readonly string[]
}

export interface Texts {
  vehicles: Map<string, CarText>
  customers: Map<string, PersonText>
  /** Open visits: the cars that are here now. */
  visits: Map<string, Visit>
  /** Cars by owner; undefined until somebody needs them, and after a car changed. */
  owned?: Map<string, CarText[]> | undefined
  /** People whose sound is not known yet. */
  mute: PersonText[]
}

const PAGE = 150
const SLICE_MS = 8
const OPEN = STAGES.filter((stage) => !CLOSED.has(stage))
let texts: Promise<Texts> | undefined

const carOf = ({ id, plate, vin, make, model, owner_id }: Vehicle): CarText => ({
  plate: bare(plate ?? ''), vin: vin ?? '', shown: { id, plate, vin, make, model, owner_id },
})
const personOf = ({ id, name, kind, phones }: Customer): PersonText => ({
  name: bare(name ?? ''),
  company: kind === 'company',
  phones: (phones ?? []).map((phone) => phone.number),
  shown: { id, name, phones: phones ?? [] },
})

hear((message) => {
  if (message.type !== 'rows' || !texts) return
  const { kind, ids } = message
  texts = ids ? orForgotten(texts.then((known) => renewed(known, kind, ids))) : undefined
})

/** The searched texts as they are now. */
export const searched = (): Promise<Texts> => (texts ??= orForgotten(readAll()))

/** Texts that could not be read are read anew by the next search. */
function orForgotten(reading: Promise<Texts>): Promise<Texts> {
  reading.catch(() => (texts = undefined))
  return reading
}

/** Reads the texts, and how the names sound, ahead of the first search. */
export async function warmSearch(): Promise<void> {
  await sounded(await searched())
}

async function readAll(): Promise<Texts> {
  const [vehicles, customers, visits] = await Promise.all([
    inPages(db.vehicles, carOf), inPages(db.customers, personOf), db.visits.where('stage').anyOf(OPEN).toArray(),
  ])
  return { vehicles, customers, visits: new Map(visits.map((row) => [row.id, row])), mute: [...customers.values()] }
}

/** Every row of a table in short; a page at a time, for 20,000 rows at once would hold the screen up. */
async function inPages<R extends { id: string }, T>(table: Table<R, string>, short: (row: R) => T): Promise<Map<string, T>> {
  const found = new Map<string, T>()
  for (let after = ''; ; await idle()) {
    const page = await table.where('id').above(after).limit(PAGE).toArray()
    for (const row of page) found.set(row.id, short(row))
    if (page.length < PAGE) return found
    after = page.at(-1)!.id
  }
}

async function renewed(known: Texts, kind: Searched, ids: string[]): Promise<Texts> {
  if (kind === 'visits') {
    const rows = await db.visits.bulkGet(ids)
    refill(known.visits, ids, rows.map((row) => (row && CLOSED.has(row.stage) ? undefined : row)))
  } else if (kind === 'vehicles') {
    refill(known.vehicles, ids, (await db.vehicles.bulkGet(ids)).map((row) => row && carOf(row)))
    known.owned = undefined
  } else {
    const people = (await db.customers.bulkGet(ids)).map((row) => row && personOf(row))
    refill(known.customers, ids, people)
    known.mute.push(...people.filter((person) => person !== undefined))
  }
  return known
}

function refill<T>(map: Map<string, T>, ids: string[], values: (T | undefined)[]): void {
  ids.forEach((id, at) => (values[at] ? map.set(id, values[at]) : map.delete(id)))
}

/** The cars of a person. */
export function carsOf(known: Texts, ownerId: string): CarText[] {
  known.owned ??= byOwner(known.vehicles.values())
  return known.owned.get(ownerId) ?? []
}

function byOwner(cars: Iterable<CarText>): Map<string, CarText[]> {
  const owned = new Map<string, CarText[]>()
  for (const car of cars) {
    const owner = car.shown.owner_id ?? ''
    const theirs = owned.get(owner)
    if (theirs) theirs.push(car)
    else owned.set(owner, [car])
  }
  return owned
}

/**
 * Fills in how names sound, a few milliseconds at a time so that the screen stays awake; `now` for somebody who waits.
 * Without the dictionary none sound.
 */
export async function sounded(known: Texts, now = false): Promise<void> {
  if (!known.mute.length) return
  const spell = await spelling().catch(() => null)
  if (!spell) return
  let pause = performance.now() + SLICE_MS
  for (const person of known.mute) {
    person.sound ??= soundOf(person, spell)
    if (performance.now() < pause) continue
    await (now ? new Promise((next) => setTimeout(next)) : idle())
    pause = performance.now() + SLICE_MS
  }
  known.mute = known.mute.filter((person) => !person.sound)
}

const heardBefore = new Map<string, readonly string[]>()

/** Many people share a name: each is spelled once. */
function soundOf({ name, company }: PersonText, spell: Spell): readonly string[] {
  const known = heardBefore.get(name)
  if (known) return known
  const { syllables } = spell(name, company ? undefined : 'name')
  heardBefore.set(name, syllables)
  return syllables
}
