/**
 * The world around the tablets of a bad day: a network that loses, repeats and delays, clocks that are wrong, tabs that
 * die. What a tablet asks is told apart by the life that asks it.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import { one, type Dice } from '../../dice'

/** Between two starts of a tablet's page: what it asks in this time has this fate and this clock. */
export interface Life {
  roll: Dice
  /** One request in so many goes wrong; 0 for a good network. */
  trouble: number
  /** How wrong the clock is, in ms. */
  clock: number
  dead: boolean
  die: () => void
  /** What happens elsewhere while an answer is on its way. */
  meanwhile: () => Promise<void>
}

export const lives = new AsyncLocalStorage<Life>()

const FATES = ['lost', 'unanswered', 'twice', 'late', 'half', 'slow', 'dies unsent', 'dies unanswered'] as const
type Fate = (typeof FATES)[number]

/** How often each fault happened. */
export const happened = new Map<string, number>()
export const count = (what: string): void => void happened.set(what, (happened.get(what) ?? 0) + 1)

const late: (() => Promise<unknown>)[] = []
const network = globalThis.fetch
const never = (): Promise<never> => new Promise(() => undefined)

/** Becomes the network of all tablets: `server` answers them. */
export function connect(server: string): void {
  globalThis.fetch = async (path, how) => {
    const send = () => network(`${server}${String(path)}`, how)
    const life = lives.getStore()
    if (!life) return send()
    if (life.dead) return never()
    if (!life.trouble || life.roll(life.trouble)) return send()
    const fate = one(life.roll, FATES)!
    count(fate)
    return FAULTS[fate](send, life)
  }
}

type Send = () => Promise<Response>

const lost = (): never => {
  throw new TypeError('connection lost')
}

const FAULTS: Record<Fate, (send: Send, life: Life) => Promise<Response>> = {
  lost: async () => lost(),
  unanswered: async (send) => (await send(), lost()),
  twice: async (send) => (await send(), send()),
  late: async (send) => (late.push(send), lost()),
  half: async (send) => {
    const answer = await send()
    const text = await answer.text()
    return new Response(text.slice(0, text.length / 2), { status: answer.status })
  },
  slow: async (send, life) => {
    const answer = await send()
    await life.meanwhile()
    return answer
  },
  'dies unsent': async (_, life) => (life.die(), never()),
  'dies unanswered': async (send, life) => (await send(), life.die(), never()),
}

/** What was held up arrives now, when nobody waits for it any more. */
export async function deliverLate(): Promise<void> {
  for (const send of late.splice(0)) await send()
}

const RealDate = Date

/** Gives each life its own clock. */
export function setClocks(): void {
  const told = () => RealDate.now() + (lives.getStore()?.clock ?? 0)
  globalThis.Date = class extends RealDate {
    constructor(...parts: [] | [number | string | Date]) {
      if (parts.length) super(parts[0])
      else super(told())
    }
    static override now = told
  } as DateConstructor
}

/** PBKDF2 with few rounds: a day has many sign-ins, and its subject is not how long a guess takes. */
export function hurry(): void {
  const few = <T>(how: T): T => ({ ...how, ...((how as { iterations?: number }).iterations && { iterations: 1000 }) })
  const { deriveBits, deriveKey } = crypto.subtle
  crypto.subtle.deriveBits = (how, ...rest) => deriveBits.call(crypto.subtle, few(how), ...rest)
  crypto.subtle.deriveKey = ((how: Pbkdf2Params, ...rest: unknown[]) =>
    (deriveKey as (...all: unknown[]) => Promise<CryptoKey>).call(crypto.subtle, few(how), ...rest)) as typeof deriveKey
}
