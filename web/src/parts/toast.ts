/** One short message at a time, with an undo that lasts six seconds. */
import { shallowRef } from 'vue'
import { send, undo } from '../sync'
import { t } from '../i18n'
import type { CommandFields, CommandName } from '../gen/wire'

/** What the toast shows; `back` takes the last tap back. */
export interface Toast {
  text: string
  back?: () => Promise<void>
  /** Something was not kept: it stays until somebody has read it. */
  grave?: boolean
}

const UNDO_MS = 6_000
const SAID_MS = 3_000

/** The toast on the screen, if any. */
export const toast = shallowRef<Toast | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

/** Shows a message; it goes by itself. */
export function say(text: string, back?: () => Promise<void>): void {
  clearTimeout(timer)
  toast.value = { text, back }
  timer = setTimeout(() => (toast.value = null), back ? UNDO_MS : SAID_MS)
}

/** Says that something was not kept; the message stays until it is closed. */
export function warn(text: string): void {
  clearTimeout(timer)
  toast.value = { text, grave: true }
}

/** Takes the message away. */
export function hush(): void {
  clearTimeout(timer)
  toast.value = null
}

/** Sends a command; with `said` it also tells so and offers to take it back. Returns the command's id. */
export async function act<N extends CommandName>(name: N, fields: CommandFields[N], said?: string): Promise<string> {
  const { id } = await send(name, fields)
  if (said) offer([id], said)
  return id
}

/** Tells what one tap did, and offers to take its commands back together, the newest first. */
export function offer(ids: readonly string[], said: string): void {
  say(said, async () => {
    const taken: boolean[] = []
    for (const id of [...ids].reverse()) taken.push(await undo(id))
    say(taken.every(Boolean) ? t('toast.undone') : t('toast.too_late'))
  })
}
