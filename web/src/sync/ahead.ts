/**
 * What a tap means, shown before the store has written it down: screens lay these guesses over what they read until
 * they read a state that contains them.
 */

import { shallowRef } from 'vue'
import type { DraftRow } from './draft'

/** The rows that one command changes; `seq` is its number in the queue. */
export interface Ahead {
  id: string
  seq: number
  rows: readonly DraftRow[]
}

const MOST = 20

/** The newest taps that a screen may not have read from the store yet. */
export const ahead = shallowRef<readonly Ahead[]>([])

/** Shows a guess; later than this call, so that no screen reads the store inside the transaction that makes it. */
export function showAhead(guess: Ahead): void {
  setTimeout(() => (ahead.value = [...ahead.value, guess].slice(-MOST)))
}

/** The store did not take the command: what was shown of it goes. */
export function takeBack(id: string): void {
  setTimeout(() => (ahead.value = ahead.value.filter((guess) => guess.id !== id)))
}

/** Before commands are numbered anew: their old numbers will say nothing about what a screen has read. All are stored. */
export function forgetAhead(): void {
  ahead.value = []
}
