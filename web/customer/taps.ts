/** What the customer touches: decisions on lines, permissions, the survey. */
import { refresh } from './fresh'
import { words } from './page'
import { send, uuid7, type Result } from './send'

const SAID: Record<Result, string> = {
  applied: 'done', merged: 'done', kept: 'kept', rejected: 'refused', waiting: 'waiting',
}

/** One listener for the whole page: what the server writes later works like what is there now. */
export function listenToTaps(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest?.('button')
    if (button?.dataset['decisions']) void decide(button)
    else if (button?.dataset['consent']) void consent(button)
  })
  document.addEventListener('submit', (event) => {
    event.preventDefault()
    if (event.target instanceof HTMLFormElement) void answer(event.target)
  })
}

function decide(button: HTMLButtonElement): Promise<void> {
  const replaces = JSON.parse(button.dataset['replaces'] ?? '[]') as string[]
  const decisions = JSON.parse(button.dataset['decisions']!) as unknown
  const fields = { decisions, decided_at: new Date().toISOString(), ...(replaces.length && { replaces }) }
  return sendFrom(button, 'li, .all', 'estimate.decide', fields)
}

function consent(button: HTMLButtonElement): Promise<void> {
  const { consent: purpose, decision, lifts } = button.dataset
  const lifted = decision === 'granted' && lifts ? lifts.split(',') : []
  const fields = { purpose, decision, channel: 'any', decided_at: new Date().toISOString(), lifts: lifted }
  return sendFrom(button, 'li', 'customer.set_consent', fields)
}

async function answer(form: HTMLFormElement): Promise<void> {
  const given = new FormData(form)
  const names = ['speed', 'quality', 'price', 'courtesy', 'recommend']
  if (names.some((name) => given.get(name) === null)) return say(form, words('rate_all'))
  const text = String(given.get('text') ?? '').trim()
  const numbers = Object.fromEntries(names.map((name) => [name, Number(given.get(name))]))
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]')!
  return sendFrom(button, 'form', 'survey.answer', { survey_id: uuid7(), ...numbers, ...(text && { text }) })
}

/** Sends, says beside the button what became of it, and shows the page as it is afterwards. */
async function sendFrom(button: HTMLButtonElement, around: string, name: string, fields: Record<string, unknown>): Promise<void> {
  const place = button.closest<HTMLElement>(around)!
  const buttons = [...place.querySelectorAll('button')]
  buttons.forEach((each) => (each.disabled = true))
  button.setAttribute('aria-pressed', 'true')
  say(place, words('sending'))
  const result = await send(name, fields)
  await refresh()
  if (!place.isConnected) return
  if (SAID[result] === 'done') button.closest('details.change')?.removeAttribute('open')
  say(place, words(SAID[result]))
  button.removeAttribute('aria-pressed')
  buttons.forEach((each) => (each.disabled = false))
}

function say(place: HTMLElement, text: string): void {
  const line = place.querySelector('.state')
  if (line) line.textContent = text
}
