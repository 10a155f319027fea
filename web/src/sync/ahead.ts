/**
 * What a tap means, shown before the store has written it down: screens lay these guesses over what they read until
 * they read a state that contains them.
 */

import { shallowRef } from 'vue'
import type { DraftRow } from './draft'

/** The rows that one command changes; `seq` is its number in the queue, Infinity until it has one. */
export interface Ahead {
  id: string
  seq: number
  rows: readonly DraftRow[]
}

const MOST = 64

/** The newest taps that a screen may not have read from the store yet. */
export const ahead = shallowRef<readonly Ahead[]>([])

/** Shows a guess; a second one of the same command takes its place. */
export function showAhead(guess: Ahead): void {
  const known = ahead.value.some(({ id }) => id === guess.id)
  ahead.value = known
    ? ahead.value.map((one) => (one.id === guess.id ? guess : one))
    : [...ahead.value, guess].slice(-MOST)
}

/**
 * The guess over the rows in the store. Where it is what is shown already, only its number is learned; else it is shown
 * later than this call, so that no screen reads the store inside the transaction that makes it.
 */
export function confirmAhead(guess: Ahead): void {
  const shown = ahead.value.find(({ id }) => id === guess.id)
  if (shown && contentOf(shown) === contentOf(guess)) shown.seq = guess.seq
  else setTimeout(() => showAhead(guess))
}

const contentOf = ({ rows }: Ahead): string => JSON.stringify(rows.map(({ kind, id, now }) => [kind, id, now]))

/** The store did not take the command: what was shown of it goes. */
export function takeBack(id: string): void {
  setTimeout(() => (ahead.value = ahead.value.filter((guess) => guess.id !== id)))
}

/** Before commands are numbered anew: their old numbers will say nothing about what a screen has read. All are stored. */
export function forgetAhead(): void {
  ahead.value = []
}
