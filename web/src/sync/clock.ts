/** Ids and times as the wire wants them. */

let last = 0
let counter = 0

/** A UUIDv7 (RFC 9562): ids made one after another on this tablet also sort that way. */
export function uuid7(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const ms = Math.max(Date.now(), last)
  counter = ms === last ? counter + 1 : 0
  last = counter > 0xfff ? ms + 1 : ms
  if (counter > 0xfff) counter = 0
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(last / 2 ** (8 * (5 - i))) & 0xff
  bytes[6] = 0x70 | (counter >> 8)
  bytes[7] = counter & 0xff
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const JUMP_MS = 60_000
/** How far ahead the clock was by the last answer, and its distance from the clock that nobody can set. */
let heard: { ahead: number; distance: number } | null = null

/** Takes the server's time from an answer's `Date` header. */
export function hearTime(date: string | null): void {
  const told = Date.parse(date ?? '')
  if (!Number.isNaN(told)) heard = { ahead: Date.now() - told, distance: Date.now() - performance.now() }
}

/** How far this tablet's clock runs ahead of the server's, in ms, by the last answer. */
export const clockAhead = (): number => heard?.ahead ?? 0

/** The same; null while no answer came, or when the clock was set back since. */
export function serverAhead(): number | null {
  return heard && Date.now() - performance.now() > heard.distance - JUMP_MS ? heard.ahead : null
}

/** This moment as RFC 3339 UTC with milliseconds. The device's clock is evidence, never an order. */
export function now(): string {
  return new Date().toISOString()
}
