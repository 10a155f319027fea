/** Who works on this tablet: several people share it; each signs in once with a network and then also without one. */

import { reactive, readonly } from 'vue'
import { HIDDEN } from '../gen/wire'
import { announce, tell } from './changes'
import { db } from './db'
import { enrolAfresh, publicKey, thisDevice } from './device'
import { ask, jsonOf, Refused, Unreachable, type Ask } from './door'
import type { Device, Person, Pin, Store, User } from './types'
import { makeVerifier, verify } from './verifier'
import { follow } from './watch'

/**
 * `expired`: someone works here, but the server wants them to sign in again before it takes anything. `revoked`: the
 * store took its trust from this tablet, which works no more.
 */
export interface SessionState {
  ready: boolean
  user: User | null
  store: Store | null
  device: { id: string; name: string } | null
  expired: boolean
  revoked: boolean
  /** Somebody works here, but the screens are covered until they or a colleague show who they are. */
  locked: boolean
}

interface SignedIn {
  token: string
  expires_at: string
  user: User
  store: Store
}

const state = reactive<SessionState>({
  ready: false, user: null, store: null, device: null, expired: false, revoked: false, locked: false,
})

export const session = {
  state: readonly(state) as Readonly<SessionState>,

  /** People who signed in here before, the last one first. */
  async people(): Promise<User[]> {
    const people = await db.people.toArray()
    return people.sort((a, b) => b.seen_at - a.seen_at).map((person) => person.user)
  },

  /**
   * Signs in; without a network by what this tablet remembers. Raises Refused (`bad_credentials`, `totp_required` …) or
   * Unreachable.
   */
  async login(username: string, password: string, totp?: string): Promise<User> {
    try {
      return await enter(password, await enrol(username, password, totp))
    } catch (error) {
      if (!(error instanceof Unreachable)) return forgetIfChanged(username, password, error)
      const person = (await db.people.toArray()).find(({ user }) => user.username === username)
      if (!person) throw error
      return session.unlock(person.user_id, password)
    }
  },

  /** Opens the lock by the password; a code is for a new token, and the lock needs none. Raises like `login`. */
  async reopen({ id, username }: User, password: string): Promise<User> {
    try {
      return await session.login(username, password)
    } catch (error) {
      if (!(error instanceof Refused) || !error.code.startsWith('totp_')) throw error
      return session.unlock(id, password).catch(() => Promise.reject(error))
    }
  },

  /** Changes to a person who signed in here before, without asking the server. Raises Refused `bad_credentials`. */
  async unlock(userId: string, password: string): Promise<User> {
    const person = await session.vouch(userId, password)
    await become(person)
    return person.user
  },

  /** Covers the screens, which stay as they are, until somebody shows who they are; sync goes on. */
  async lock(): Promise<void> {
    if (!(await db.read<string | null>('active'))) return
    await db.remember('locked', true)
    await refresh()
  },

  /** The person, if this is the password that this tablet knows them by; raises Refused `bad_credentials`. */
  async vouch(userId: string, password: string): Promise<Person> {
    const person = await db.people.get(userId)
    if (!person || !(await verify(password, person.verifier))) throw new Refused(401, 'bad_credentials')
    return person
  },

  /** Ends the person's work here. Their token ends too, as soon as what they made has been sent. */
  async logout(): Promise<void> {
    const active = await db.read<string | null>('active')
    await db.remember('active', null)
    if (active) await db.people.update(active, { leaving: true })
    await refresh()
    tell({ type: 'flush' })
  },
}

/** Makes a person who has shown who they are the one who works here; their PIN has all its tries again. */
export async function become({ user_id, pin }: Person): Promise<void> {
  await db.transaction('rw', db.people, db.meta, async () => {
    await db.people.update(user_id, { seen_at: Date.now(), leaving: false, pin: pin ? { ...pin, wrong: 0 } : null })
    await works(user_id)
  })
  await refresh()
  tell({ type: 'poke' })
}

async function works(userId: string): Promise<void> {
  await db.remember('active', userId)
  await db.remember('locked', false)
}

/** Reads the session from the store and follows it, also when another tab changes it. */
export async function followSession(): Promise<void> {
  await thisDevice()
  await refresh()
  setTimeout(() => follow(current, show))
}

/**
 * The token that speaks for this tablet: the active person's, else that of a colleague of the same store who signed in
 * here; for what is shown to the active person, of one who sees the same.
 */
async function bearer(asRole: boolean): Promise<Person | undefined> {
  const device = await thisDevice()
  const people = await db.people.toArray()
  const active = await db.read<string | null>('active')
  const here = people.find((person) => person.user_id === active)
  const able = people.filter((person) => person.token && person.device_id === device.id)
  const near = able.filter((one) => !here || (one.store.id === here.store.id && (!asRole || alike(one.user.role, here.user.role))))
  return near.find((person) => person.user_id === active) ?? near.sort((a, b) => b.seen_at - a.seen_at)[0]
}

/** Whether two roles see the same fields. */
const alike = (one: string, other: string): boolean => String(HIDDEN[one]) === String(HIDDEN[other])

/**
 * Asks with this tablet's token; one that the server no longer takes is dropped and the next one tried. Asks nothing
 * once the tablet was revoked. `asRole` is for rows: they are what the person who works here sees, or none come.
 */
export async function authorised(path: string, { asRole = false, ...how }: Ask & { asRole?: boolean } = {}): Promise<Response> {
  for (;;) {
    if (await db.read<boolean>('revoked')) throw new Refused(403, 'device_revoked')
    const person = await bearer(asRole)
    if (!person) throw new Refused(401, 'signed_out')
    try {
      return await ask(path, { ...how, token: person.token })
    } catch (error) {
      await heed(error)
      if (!(error instanceof Refused) || error.status !== 401) throw error
      await dropToken(person)
    }
  }
}

/** Ends the tokens of people who signed out, once nothing waits any more. */
export async function dismissLeavers(): Promise<void> {
  const leavers = (await db.people.toArray()).filter((person) => person.leaving && person.token)
  if (!leavers.length || (await db.queue.count()) || (await db.blobs.where('state').equals('to_send').count())) return
  for (const person of leavers) {
    await ask('/auth/logout', { method: 'POST', token: person.token }).catch(() => undefined)
    await dropToken(person)
  }
}

/**
 * A revoked tablet stops: nobody works on it any more, and what the server has is no longer its to keep. Only the unsent
 * work stays, with the passwords' verifiers of those who may take it away (`rescue.ts`).
 */
async function heed(error: unknown): Promise<void> {
  if (!(error instanceof Refused) || error.code !== 'device_revoked') return
  await db.transaction('rw', [...db.written, db.people, db.staged, db.blobs], async () => {
    await db.forgetRows()
    await db.staged.clear()
    await db.done.clear()
    await db.blobs.where('state').notEqual('to_send').delete()
    await db.people.toCollection().modify({ token: null, expires_at: null, pin: null })
    await db.meta.bulkDelete(['cookie', 'filled', 'active', 'locked'])
    await db.remember('revoked', true)
    announce('all')
  })
  await refresh()
}

async function dropToken({ user_id, token }: Person): Promise<void> {
  await db.people.where('user_id').equals(user_id).modify((person) => {
    if (person.token === token) person.token = null
  })
  await refresh()
}

async function enrol(username: string, password: string, totp?: string): Promise<{ answer: SignedIn; device: Device }> {
  const device = await thisDevice()
  const about = { id: device.id, name: device.name, public_key: await publicKey(device) }
  try {
    const json = { username, password, device: about, ...(totp && { totp }) }
    return { answer: await jsonOf<SignedIn>(await ask('/auth/login', { method: 'POST', json })), device }
  } catch (error) {
    await heed(error)
    if (!(error instanceof Refused) || error.code !== 'device_key_changed') throw error
    await enrolAfresh(device.id)
    return enrol(username, password, totp)
  }
}

async function enter(password: string, { answer, device }: { answer: SignedIn; device: Device }): Promise<User> {
  const { user, store, token, expires_at } = answer
  const verifier = await makeVerifier(password)
  const pin = await pinUnder(user.id, password)
  await db.transaction('rw', db.people, db.meta, async () => {
    const before = await db.people.get(user.id)
    await db.people.put({
      user_id: user.id, user, store, device_id: device.id, token, expires_at, fresh_at: Date.now(), verifier, seen_at: Date.now(),
      leaving: false, pin, pin_declined: before?.pin_declined ?? false,
    })
    await works(user.id)
  })
  await refresh()
  void navigator.storage?.persist?.()
  tell({ type: 'poke' })
  return user
}

/** The person's PIN with its tries given back; a password that was changed elsewhere ends the PIN that was set under it. */
async function pinUnder(userId: string, password: string): Promise<Pin | null> {
  const known = await db.people.get(userId)
  if (!known?.pin) return null
  return (await verify(password, known.verifier)) ? { ...known.pin, wrong: 0 } : null
}

/** A password that was right here and is refused there has been changed: it must not open this tablet any more. */
async function forgetIfChanged(username: string, password: string, error: unknown): Promise<never> {
  const person = (await db.people.toArray()).find(({ user }) => user.username === username)
  const refused = error instanceof Refused && error.status === 401
  if (refused && person && (await verify(password, person.verifier))) await db.people.delete(person.user_id)
  throw error
}

async function current(): Promise<SessionState> {
  const [asked, person] = await db.transaction('r', db.meta, db.people, async () => {
    const asked = (await db.meta.bulkGet(['device', 'active', 'revoked', 'locked'])).map((one) => one?.value)
    return [asked, asked[1] ? await db.people.get(asked[1] as string) : undefined] as const
  })
  const device = asked[0] as Device | undefined
  return {
    ready: true,
    user: person?.user ?? null,
    store: person?.store ?? null,
    device: device ? { id: device.id, name: device.name } : null,
    expired: Boolean(person) && (!person!.token || person!.device_id !== device?.id),
    revoked: Boolean(asked[2]),
    locked: Boolean(person) && Boolean(asked[3]),
  }
}

function show(fresh: SessionState): void {
  Object.assign(state, fresh)
}

async function refresh(): Promise<void> {
  show(await current())
}
