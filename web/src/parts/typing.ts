/** Whether somebody is in the middle of something that is not stored yet: a field in use, an open sheet, a half signature. */
import { ref } from 'vue'

const LOOK_MS = 1000
const UNFINISHED = 'dialog[open], [data-unfinished=true]'

function busyNow(): boolean {
  const field = document.activeElement
  const inUse = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
  return (inUse && field.value !== '' && !['checkbox', 'radio', 'file'].includes(field.type)) || document.querySelector(UNFINISHED) !== null
}

/** Follows the screen; a bar that would disturb waits for `false`. */
export const typing = ref(false)
const look = (): void => void (typing.value = busyNow())
for (const kind of ['focusin', 'focusout', 'input', 'pointerup'] as const) addEventListener(kind, () => setTimeout(look), { passive: true })

/** Resolves as soon as nobody is in the middle of anything. */
export async function calm(): Promise<void> {
  while (busyNow()) await new Promise((next) => setTimeout(next, LOOK_MS))
}
