/**
 * Search over the tablet's own rows: plate (any part, its end first), VIN and phone (end or beginning), customer name as
 * written or by its pinyin. A hit says which part of which text was meant.
 */

import type { Customer, Vehicle, Visit } from '../gen/wire'
import { heard, type Part } from '../domain/pinyin'
import { bare } from '../domain/typed'
import { db } from './db'
import { CLOSED } from './stages'
import { searched, sounded, type CarText, type PersonText } from './texts'
import { resolved } from './views'

/** Why a row was found: the text without its gaps, and the part of it that was typed. */
export interface Match {
  field: 'plate' | 'vin' | 'phone' | 'name'
  text: string
  part: Part
}

export interface Hit {
  vehicle?: Vehicle
  customer?: Customer
  /** The visit that the car is here for now. */
  openVisit?: Visit
  match?: Match
}

interface Ranked {
  rank: number
  match: Match
}

type Found = { id: string; match: Match }
interface Shelf {
  cars: Found[]
  people: Found[]
}

const LAST_RANK = 8

/** The best hits for what was typed; nothing for an empty text. */
export async function find(text: string, { limit = 20 } = {}): Promise<Hit[]> {
  const wanted = bare(text)
  if (!wanted) return []
  const known = await searched()
  const letters = /^[A-Z]+$/.test(wanted)
  if (letters) await sounded(known)
  const shelves = Array.from({ length: LAST_RANK + 1 }, (): Shelf => ({ cars: [], people: [] }))
  for (const car of known.vehicles.values()) shelve(shelves, 'cars', car.id, rankCar(car, wanted), limit)
  for (const person of known.customers.values()) {
    shelve(shelves, 'people', person.id, rankPerson(person, wanted, letters), limit)
  }
  return hitsOf(shelves, limit)
}

function shelve(shelves: Shelf[], kind: keyof Shelf, id: string, ranked: Ranked | null, limit: number): void {
  const shelf = ranked && shelves[ranked.rank]![kind]
  if (shelf && shelf.length < limit) shelf.push({ id, match: ranked.match })
}

const ranked = (rank: number, field: Match['field'], text: string, from: number, to: number): Ranked => ({
  rank,
  match: { field, text, part: [from, to] },
})

function rankCar({ plate, vin }: CarText, wanted: string): Ranked | null {
  const { length } = wanted
  const at = plate.lastIndexOf(wanted)
  if (at >= 0) {
    const rank = length === plate.length ? 1 : at + length === plate.length ? 2 : 5
    return ranked(rank, 'plate', plate, at, at + length)
  }
  if (length >= 3 && vin.endsWith(wanted)) return ranked(length === 17 ? 1 : 3, 'vin', vin, vin.length - length, vin.length)
  if (length >= 6 && vin.startsWith(wanted)) return ranked(6, 'vin', vin, 0, length)
  return null
}

function rankPerson(person: PersonText, wanted: string, letters: boolean): Ranked | null {
  const { name } = person
  const at = name.indexOf(wanted)
  if (at >= 0) {
    const rank = name.length === wanted.length ? 2 : at === 0 ? 4 : 6
    return ranked(rank, 'name', name, at, at + wanted.length)
  }
  if (letters) return rankSound(person, wanted)
  return /^\+?\d{3,}$/.test(wanted) ? rankPhone(person, wanted) : null
}

function rankSound({ name, sound }: PersonText, wanted: string): Ranked | null {
  const part = sound && heard(sound, wanted.toLowerCase())
  if (!part) return null
  const rank = part[0] > 0 ? 8 : part[1] === sound.length ? 3 : 6
  return ranked(rank, 'name', name, ...part)
}

function rankPhone({ phones }: PersonText, wanted: string): Ranked | null {
  const { length } = wanted
  const ending = phones.find((phone) => phone.endsWith(wanted))
  if (ending) return ranked(4, 'phone', ending, ending.length - length, ending.length)
  const home = `+86${wanted.replace(/^0/, '')}`
  const begun = phones.find((phone) => phone.startsWith(home))
  return begun ? ranked(7, 'phone', begun, 3, home.length) : null
}

async function hitsOf(shelves: Shelf[], limit: number): Promise<Hit[]> {
  const hits = new Map<string, Hit>()
  for (const { cars, people } of shelves) {
    if (hits.size >= limit) break
    for (const hit of [...(await hitsOfCars(cars)), ...(await hitsOfPeople(people))]) {
      const { id } = (hit.vehicle ?? hit.customer)!
      if (!hits.has(id)) hits.set(id, hit)
    }
  }
  return completed([...hits.values()].slice(0, limit))
}

async function hitsOfCars(cars: Found[]): Promise<Hit[]> {
  const vehicles = await db.vehicles.bulkGet(cars.map(({ id }) => id))
  return cars.flatMap(({ match }, at): Hit[] => (vehicles[at] ? [{ vehicle: vehicles[at], match }] : []))
}

/** A person is found with each of their cars, or alone. */
async function hitsOfPeople(people: Found[]): Promise<Hit[]> {
  if (!people.length) return []
  const ids = people.map(({ id }) => id)
  const [customers, cars] = await Promise.all([db.customers.bulkGet(ids), db.vehicles.where('owner_id').anyOf(ids).toArray()])
  return people.flatMap(({ id, match }, at): Hit[] => {
    const theirs = cars.filter((car) => car.owner_id === id)
    if (theirs.length) return theirs.map((vehicle) => ({ vehicle, match }))
    return customers[at] ? [{ customer: customers[at], match }] : []
  })
}

/** Hits with whose car it is and the visit that it is here for. */
async function completed(hits: Hit[]): Promise<Hit[]> {
  const cars = hits.flatMap(({ vehicle }) => vehicle?.id ?? [])
  const visits = await db.visits.where('vehicle_id').anyOf(cars).toArray()
  const here = new Map(visits.filter((visit) => !CLOSED.has(visit.stage)).map((visit) => [visit.vehicle_id, visit]))
  const whose = hits.map(({ vehicle }) => vehicle?.owner_id ?? here.get(vehicle?.id ?? '')?.customer_id ?? '')
  const owners = await db.customers.bulkGet(whose)
  return Promise.all(
    hits.map(async (hit, at) => {
      const openVisit = here.get(hit.vehicle?.id ?? '')
      const customer = hit.customer ?? owners[at] ?? (await resolved('customers', whose[at]!))
      return { ...hit, ...(openVisit && { openVisit }), ...(customer && { customer }) }
    }),
  )
}
