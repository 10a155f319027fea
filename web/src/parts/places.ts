/** The six places of the app, in the order of the rail; the keys 1 to 6 go there. */
import type { IconName } from './icons'

/** A tab: the name of its icon and words, and where it leads. */
export interface Place {
  tab: IconName
  path: string
}

export const PLACES: readonly Place[] = [
  { tab: 'today', path: '/today' },
  { tab: 'reception', path: '/reception' },
  { tab: 'board', path: '/board' },
  { tab: 'customers', path: '/customers' },
  { tab: 'reviews', path: '/reviews' },
  { tab: 'me', path: '/me' },
]
