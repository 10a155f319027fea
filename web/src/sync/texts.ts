/**
 * What people search by, and what a hit shows, stays in memory: 20,000 cars are looked through in a few milliseconds
 * without a question to the store, and no index slows the first sync.
 */

import type { Customer, Vehicle, Visit } from '../gen/wire'
import { spelling } from '../domain/pinyin'
import { bare } from '../domain/typed'
import { hear, type Searched } from './changes'
import { db } from './db'
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

const SLICE = 400
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
  const [cars, people, visits] = await Promise.all([
    db.vehicles.toArray(), db.customers.toArray(), db.visits.where('stage').anyOf(OPEN).toArray(),
  ])
  const customers = new Map(people.map((row) => [row.id, personOf(row)]))
  return {
    vehicles: new Map(cars.map((row) => [row.id, carOf(row)])),
    customers,
    visits: new Map(visits.map((row) => [row.id, row])),
    mute: [...customers.values()],
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

/** Fills in how names sound, a slice at a time so that the screen stays awake. Without the dictionary none sound. */
export async function sounded(known: Texts): Promise<void> {
  if (!known.mute.length) return
  const spell = await spelling().catch(() => null)
  if (!spell) return
  const mute = known.mute
  for (let at = 0; at < mute.length; at += SLICE) {
    for (const person of mute.slice(at, at + SLICE)) {
      person.sound ??= spell(person.name, person.company ? undefined : 'name').syllables
    }
    await new Promise((next) => setTimeout(next))
  }
  known.mute = known.mute.filter((person) => !person.sound)
}
