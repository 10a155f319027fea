/** Commands on their way: kept on the phone until the server has answered, always under the same id. */
import { base, pause, visit } from './page'

/** What became of a command; `waiting` until the server has answered, `locked` until the digits are named. */
export type Result = 'applied' | 'merged' | 'kept' | 'rejected' | 'waiting' | 'locked'

interface Sent {
  id: string
  path: 'commands' | 'form'
  type: string
  body: string
}

const STORED = `jieche.page.sending.${visit}`
const PATIENCE = [0, 1000, 3000]
const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

/** Sends a command, a few times if the line is bad; what stays unanswered is sent when the page is open and online. */
export function send(name: string, fields: Record<string, unknown>): Promise<Result> {
  const id = uuid7()
  return attempt({ id, path: 'commands', type: JSON_TYPE, body: JSON.stringify({ id, name, fields }) })
}

/** Sends a form of the page, with an id of its own and the time on this phone's clock. */
export function sendForm(given: Map<string, string[]>): Promise<Result> {
  const id = uuid7()
  const said = new URLSearchParams()
  given.forEach((values, name) => values.forEach((value) => said.append(name, value)))
  said.set('id', id)
  said.set('at', new Date().toISOString())
  return attempt({ id, path: 'form', type: FORM_TYPE, body: said.toString() })
}

async function attempt(sent: Sent): Promise<Result> {
  keep([...waiting(), sent])
  for (const wait of PATIENCE) {
    await pause(wait)
    const result = await post(sent)
    if (result !== 'waiting') return result
  }
  return 'waiting'
}

/** Sends what an earlier time left over, in order. */
export async function sendWaiting(): Promise<void> {
  for (const sent of waiting()) {
    const result = await post(sent)
    if (result === 'waiting' || result === 'locked') return
  }
}

addEventListener('online', () => void sendWaiting())

async function post(sent: Sent): Promise<Result> {
  try {
    const answer = await fetch(`${base}/${sent.path}`, {
      method: 'POST',
      headers: { 'Content-Type': sent.type, Accept: JSON_TYPE },
      body: sent.body,
      keepalive: true,
    })
    if (answer.status >= 500 || answer.status === 429) return 'waiting'
    const said = (await answer.json()) as { outcome?: Result; code?: string }
    if (said.code === 'digits_needed') return 'locked'
    keep(waiting().filter(({ id }) => id !== sent.id))
    return said.outcome ?? 'rejected'
  } catch {
    return 'waiting'
  }
}

const waiting = (): Sent[] => JSON.parse(localStorage.getItem(STORED) ?? '[]') as Sent[]

function keep(list: Sent[]): void {
  if (list.length) localStorage.setItem(STORED, JSON.stringify(list))
  else localStorage.removeItem(STORED)
}

/** A new UUIDv7 (RFC 9562 §5.7). */
export function uuid7(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const time = Date.now().toString(16).padStart(12, '0')
  const variant = ((bytes[8]! & 0x3f) | 0x80).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20)}`
}
