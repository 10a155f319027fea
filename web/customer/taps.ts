/** What the customer touches: every form of the page is sent without leaving it. */
import { refresh } from './fresh'
import { words } from './page'
import { sendForm, type Result } from './send'

const SAID: Record<Result, string> = {
  applied: 'done', merged: 'done', kept: 'kept', rejected: 'refused', waiting: 'waiting', locked: 'waiting',
}
const RATED = ['speed', 'quality', 'price', 'courtesy', 'recommend']

// `event.submitter` is newer than the phones that this page is for.
let pressed: HTMLButtonElement | undefined

/** One listener for the whole page: what the server writes later works like what is there now. */
export function listenToTaps(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest?.('button')
    if (button?.type === 'submit') pressed = button
  })
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    if (!('send' in form.dataset)) return
    event.preventDefault()
    const button = pressed?.form === form ? pressed : form.querySelector('button')!
    pressed = undefined
    void answer(form, button)
  })
}

/** Sends, says beside the button what became of it, and shows the page as it is afterwards. */
async function answer(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  const given = read(form, button)
  const name = given.get('do')![0]
  if (name === 'survey.answer' && RATED.some((each) => !given.has(each))) return say(form, words('rate_all'))
  const buttons = [...form.querySelectorAll('button')]
  buttons.forEach((each) => (each.disabled = true))
  button.setAttribute('aria-pressed', 'true')
  say(form, words('sending'))
  const result = await sendForm(given)
  if (result === 'locked') return location.reload()
  const isDone = SAID[result] === 'done'
  if (isDone && form.querySelector('textarea, input[type=date]')) form.reset()
  await refresh()
  if (!form.isConnected) return
  if (isDone) form.closest('details.change, details.ask')?.removeAttribute('open')
  say(form, words(SAID[result]))
  button.removeAttribute('aria-pressed')
  buttons.forEach((each) => (each.disabled = false))
}

/** Everything that the form says, with the button that was pressed. */
function read(form: HTMLFormElement, button: HTMLButtonElement): Map<string, string[]> {
  const given = new Map<string, string[]>()
  new FormData(form).forEach((value, name) => given.set(name, [...(given.get(name) ?? []), String(value)]))
  if (button.name) given.set(button.name, [button.value])
  return given
}

function say(form: HTMLElement, text: string): void {
  const line = form.querySelector('.state')
  if (line) line.textContent = text
}
