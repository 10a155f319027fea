/**
 * The PIN of a person on this tablet: the short way past the lock screen for hands that just put down a wrench. It is
 * checked here alone and never sent; five wrong ones in a row, and only the password helps.
 */

import { db } from './db'
import { Refused } from './door'
import { become, session } from './session'
import type { Person, Pin, User } from './types'
import { makeVerifier, verify } from './verifier'

/** How many wrong PINs in a row end its use until the next password. */
export const WRONG_PINS = 5

/** A person whom this tablet knows; `digits` of their PIN, null where only the password opens. */
export interface Face {
  user: User
  digits: number | null
  /** There is a PIN, but it was guessed at too often. */
  spent: boolean
}

/** Four to six digits. */
export const isPin = (typed: string): boolean => /^\d{4,6}$/.test(typed)

/** Everybody who signed in here, the last one first. */
export async function faces(): Promise<Face[]> {
  const people = await db.people.toArray()
  return people.sort((a, b) => b.seen_at - a.seen_at).map(({ user, pin }) => {
    const spent = Boolean(pin) && pin!.wrong >= WRONG_PINS
    return { user, digits: pin && !spent ? pin.digits : null, spent }
  })
}

/** Opens the lock for the person, who works here from now on; raises Refused `wrong_pin` or `pin_spent`. */
export async function openByPin(userId: string, typed: string): Promise<void> {
  const { person, pin } = await oneTry(userId)
  if (!(await verify(typed, pin.verifier))) {
    throw new Refused(401, pin.wrong >= WRONG_PINS ? 'pin_spent' : 'wrong_pin', { left: WRONG_PINS - pin.wrong })
  }
  await become(person)
}

/** Counts the try before it is made: a page that is closed in between does not give it back. */
async function oneTry(userId: string): Promise<{ person: Person; pin: Pin }> {
  return db.transaction('rw', db.people, async () => {
    const person = await db.people.get(userId)
    if (!person?.pin || person.pin.wrong >= WRONG_PINS) throw new Refused(401, 'pin_spent', { left: 0 })
    const pin = { ...person.pin, wrong: person.pin.wrong + 1 }
    await db.people.update(userId, { pin })
    return { person, pin }
  })
}

export const pins = {
  /** Whether the person has a PIN here, and whether they still should be asked for one. */
  async of(userId: string): Promise<{ has: boolean; offer: boolean }> {
    const person = await db.people.get(userId)
    return { has: Boolean(person?.pin), offer: Boolean(person) && !person!.pin && !person!.pin_declined }
  },

  /** Sets the person's PIN; their password proves that it is them. Raises Refused `bad_credentials`, RangeError. */
  async set(userId: string, password: string, typed: string): Promise<void> {
    if (!isPin(typed)) throw new RangeError('pin_digits')
    await session.vouch(userId, password)
    await db.people.update(userId, { pin: { verifier: await makeVerifier(typed), digits: typed.length, wrong: 0 } })
  },

  /** From now on only the password opens. */
  async drop(userId: string): Promise<void> {
    await db.people.update(userId, { pin: null })
  },

  /** Not asked again; the page "me" still offers it. */
  async later(userId: string): Promise<void> {
    await db.people.update(userId, { pin_declined: true })
  },
}
