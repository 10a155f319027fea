/**
 * Search over the tablet's own rows: plate (any part, its end first), VIN and phone (their end), customer name. A
 * small copy of the searched texts stays in memory: 20,000 cars are looked through in a few milliseconds, and no index
 * slows the first sync.
 */

import type { Customer, Vehicle, Visit } from '../gen/wire'
import { bare } from '../domain/typed'
import { hear } from './changes'
import { db } from './db'
import { CLOSED } from './stages'
import { resolved } from './views'

export interface Hit {
  vehicle?: Vehicle
  customer?: Customer
  /** The visit that the car is here for now. */
  openVisit?: Visit
}

interface Car {
  id: string
  plate: string
  vin: string
}

interface Person {
  id: string
  name: string
  phones: string[]
}

type Texts = { vehicles: Map<string, Car>; customers: Map<string, Person> }

let texts: Promise<Texts> | undefined

const carOf = (row: Vehicle): Car => ({ id: row.id, plate: bare(row.plate ?? ''), vin: row.vin ?? '' })
const personOf = (row: Customer): Person => ({
  id: row.id,
  name: bare(row.name ?? ''),
  phones: (row.phones ?? []).map((phone) => phone.number),
})

hear((message) => {
  if (message.type !== 'rows' || !texts) return
  const { kind, ids } = message
  texts = ids ? texts.then((known) => renewed(known, kind, ids)) : undefined
})

/** Reads the searched texts ahead of the first search. */
export async function warmSearch(): Promise<void> {
  await (texts ??= readAll())
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

/** The best hits for what was typed; nothing for an empty text. */
export async function find(text: string, { limit = 20 } = {}): Promise<Hit[]> {
  const wanted = bare(text)
  if (!wanted) return []
  const known = await (texts ??= readAll())
  const ranked: { rank: number; car?: string; person?: string }[] = []
  for (const car of known.vehicles.values()) {
    const rank = rankCar(car, wanted)
    if (rank) ranked.push({ rank, car: car.id })
  }
  for (const person of known.customers.values()) {
    const rank = rankPerson(person, wanted)
    if (rank) ranked.push({ rank, person: person.id })
  }
  ranked.sort((a, b) => a.rank - b.rank)
  return hitsOf(ranked.slice(0, limit), limit)
}

function rankCar({ plate, vin }: Car, wanted: string): number {
  if (plate === wanted || vin === wanted) return 1
  if (plate.endsWith(wanted)) return 2
  if (wanted.length >= 3 && vin.endsWith(wanted)) return 3
  if (plate.includes(wanted)) return 5
  return 0
}

function rankPerson({ name, phones }: Person, wanted: string): number {
  if (name === wanted) return 2
  if (/^\+?\d{3,}$/.test(wanted) && phones.some((phone) => phone.endsWith(wanted))) return 4
  if (name.startsWith(wanted)) return 4
  if (name.includes(wanted)) return 6
  return 0
}

async function hitsOf(ranked: { car?: string; person?: string }[], limit: number): Promise<Hit[]> {
  const found = await Promise.all(ranked.map(({ car, person }) => (car ? carHit(car) : personHits(person!))))
  const shown = new Set<string>()
  const fresh = found.flat().filter(({ vehicle }) => {
    const again = vehicle && shown.has(vehicle.id)
    if (vehicle) shown.add(vehicle.id)
    return !again
  })
  return fresh.slice(0, limit)
}

async function carHit(id: string): Promise<Hit[]> {
  const vehicle = await db.vehicles.get(id)
  return vehicle ? [await hitOf(vehicle)] : []
}

/** A person is found with each of their cars, or alone. */
async function personHits(id: string): Promise<Hit[]> {
  const cars = await db.vehicles.where('owner_id').equals(id).toArray()
  return cars.length ? Promise.all(cars.map(hitOf)) : [hit({ customer: await db.customers.get(id) })]
}

async function hitOf(vehicle: Vehicle): Promise<Hit> {
  const visits = await db.visits.where('vehicle_id').equals(vehicle.id).toArray()
  const openVisit = visits.find((visit) => !CLOSED.has(visit.stage))
  const customerId = vehicle.owner_id ?? openVisit?.customer_id
  const customer = customerId ? await resolved('customers', customerId) : undefined
  return hit({ vehicle, customer, openVisit })
}

function hit(parts: { [K in keyof Hit]?: Hit[K] | undefined }): Hit {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part)) as Hit
}
