/**
 * Search over the tablet's own rows: plate (any part, its end first), VIN and phone (end or beginning), customer name as
 * written or by its pinyin. A hit says which part of which text was meant.
 */

import type { Visit } from '../gen/wire'
import { heard, type Part } from '../domain/pinyin'
import { bare } from '../domain/typed'
import { carsOf, searched, sounded, type CarText, type FoundCar, type FoundPerson, type PersonText, type Texts } from './texts'
import { resolved } from './views'

/** Why a row was found: the text without its gaps, and the part of it that was typed. */
export interface Match {
  field: 'plate' | 'vin' | 'phone' | 'name'
  text: string
  part: Part
}

export interface Hit {
  vehicle?: FoundCar
  customer?: FoundPerson
  /** The visit that the car is here for now. */
  openVisit?: Visit
  match?: Match
}

/** What was typed: bare, as small letters when it is nothing else, and as the beginning of a Chinese phone number. */
interface Wanted {
  text: string
  letters: string | null
  home: string | null
}

interface Ranked {
  rank: number
  match: Match
}

type Found<T> = { of: T; match: Match }
interface Shelf {
  cars: Found<CarText>[]
  people: Found<PersonText>[]
}

const LAST_RANK = 8

/** The best hits for what was typed; nothing for an empty text. */
export async function find(text: string, { limit = 20 } = {}): Promise<Hit[]> {
  const wanted = wantedOf(bare(text))
  if (!wanted.text) return []
  const known = await searched()
  if (wanted.letters) await sounded(known, true)
  const shelves = Array.from({ length: LAST_RANK + 1 }, (): Shelf => ({ cars: [], people: [] }))
  for (const car of known.vehicles.values()) {
    const ranked = rankCar(car, wanted.text)
    if (ranked) shelve(shelves[ranked.rank]!.cars, car, ranked.match, limit)
  }
  for (const person of known.customers.values()) {
    const ranked = rankPerson(person, wanted)
    if (ranked) shelve(shelves[ranked.rank]!.people, person, ranked.match, limit)
  }
  return hitsOf(known, shelves, limit)
}

const wantedOf = (text: string): Wanted => ({
  text,
  letters: /^[A-Z]+$/.test(text) ? text.toLowerCase() : null,
  home: /^\+?\d{3,}$/.test(text) ? `+86${text.replace(/^0/, '')}` : null,
})

function shelve<T>(shelf: Found<T>[], of: T, match: Match, limit: number): void {
  if (shelf.length < limit) shelf.push({ of, match })
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

function rankPerson(person: PersonText, wanted: Wanted): Ranked | null {
  const { name } = person
  const { text, letters, home } = wanted
  const at = name.indexOf(text)
  if (at >= 0) {
    const rank = name.length === text.length ? 2 : at === 0 ? 4 : 6
    return ranked(rank, 'name', name, at, at + text.length)
  }
  if (letters) return rankSound(person, letters)
  return home ? rankPhone(person, text, home) : null
}

function rankSound({ name, sound }: PersonText, letters: string): Ranked | null {
  const part = sound && heard(sound, letters)
  if (!part) return null
  const rank = part[0] > 0 ? 8 : part[1] === sound.length ? 3 : 6
  return ranked(rank, 'name', name, ...part)
}

function rankPhone({ phones }: PersonText, wanted: string, home: string): Ranked | null {
  const { length } = wanted
  const ending = phones.find((phone) => phone.endsWith(wanted))
  if (ending) return ranked(4, 'phone', ending, ending.length - length, ending.length)
  const begun = phones.find((phone) => phone.startsWith(home))
  return begun ? ranked(7, 'phone', begun, 3, home.length) : null
}

async function hitsOf(known: Texts, shelves: Shelf[], limit: number): Promise<Hit[]> {
  const hits = new Map<string, Hit>()
  for (const { cars, people } of shelves) {
    if (hits.size >= limit) break
    const found: Hit[] = [...cars.map(({ of, match }) => ({ vehicle: of.shown, match })), ...hitsOfPeople(known, people)]
    for (const hit of found) {
      const { id } = (hit.vehicle ?? hit.customer)!
      if (!hits.has(id)) hits.set(id, hit)
    }
  }
  return completed(known, [...hits.values()].slice(0, limit))
}

/** A person is found with each of their cars, or alone. */
function hitsOfPeople(known: Texts, people: Found<PersonText>[]): Hit[] {
  return people.flatMap(({ of: { shown }, match }): Hit[] => {
    const theirs = carsOf(known, shown.id)
    return theirs.length ? theirs.map((car) => ({ vehicle: car.shown, match })) : [{ customer: shown, match }]
  })
}

/** Hits with whose car it is and the visit that it is here for. */
async function completed(known: Texts, hits: Hit[]): Promise<Hit[]> {
  const here = new Map(Array.from(known.visits.values(), (visit) => [visit.vehicle_id, visit]))
  return Promise.all(
    hits.map(async (hit) => {
      const openVisit = here.get(hit.vehicle?.id ?? '')
      const whose = hit.vehicle?.owner_id ?? openVisit?.customer_id ?? ''
      const customer = hit.customer ?? known.customers.get(whose)?.shown ?? (whose ? await resolved('customers', whose) : undefined)
      return { ...hit, ...(openVisit && { openVisit }), ...(customer && { customer }) }
    }),
  )
}
