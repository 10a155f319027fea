/**
 * One guess a command: what a tablet shows until the server's rows are here. A command without one shows nothing new.
 */

import type { CommandName } from '../../gen/wire'
import type { Draft } from '../draft'
import { afterwards } from './afterwards'
import { complaints } from './complaints'
import { contact } from './contact'
import { customers } from './customers'
import type { Guess, Guesses, Scene } from './scene'
import { visits } from './visits'
import { work } from './work'

export type { Scene } from './scene'

export const GUESSES: Guesses = { ...afterwards, ...complaints, ...contact, ...customers, ...visits, ...work }

/** Runs a command's guess on the draft; gives the ids of the rows that it changed. */
export function guess(draft: Draft, command: { name: CommandName; fields: unknown }, scene: Scene): string[] {
  const imagine = GUESSES[command.name] as Guess<CommandName> | undefined
  return imagine ? draft.run(() => imagine(draft, command.fields as never, scene)) : []
}
