/** A local check of a password, so that people can go on working where there is no network. */

import type { Verifier } from './types'

const ROUNDS = 600_000

/** Derives a new verifier; the password itself is never stored. */
export async function makeVerifier(password: string, rounds = ROUNDS): Promise<Verifier> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  return { salt, rounds, hash: await derive(password, salt, rounds) }
}

/** Whether the password is the one that the verifier was made from. */
export async function verify(password: string, { salt, rounds, hash }: Verifier): Promise<boolean> {
  const other = await derive(password, salt, rounds)
  let difference = other.length ^ hash.length
  for (let at = 0; at < other.length; at++) difference |= other[at]! ^ hash[at]!
  return difference === 0
}

type Bytes = Uint8Array<ArrayBuffer>

async function derive(password: string, salt: Bytes, iterations: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(password), 'PBKDF2', false, ['deriveBits'])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, 256))
}
