/** Commands on their way: kept on the phone until the server has answered, always under the same id. */
import { base, pause, visit } from './page'

/** What became of a command; `waiting` until the server has answered. */
export type Result = 'applied' | 'merged' | 'kept' | 'rejected' | 'waiting'

interface Sent {
  id: string
  name: string
  fields: Record<string, unknown>
}

const STORED = `jieche.page.waiting.${visit}`
const PATIENCE = [0, 1000, 3000]

/** Sends a command, a few times if the line is bad; what stays unanswered is sent when the page is open and online. */
export async function send(name: string, fields: Record<string, unknown>): Promise<Result> {
  const sent: Sent = { id: uuid7(), name, fields }
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
  for (const sent of waiting()) if ((await post(sent)) === 'waiting') return
}

addEventListener('online', () => void sendWaiting())

async function post(sent: Sent): Promise<Result> {
  try {
    const answer = await fetch(`${base}/commands`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(sent),
      keepalive: true,
    })
    if (answer.status >= 500 || answer.status === 429) return 'waiting'
    keep(waiting().filter(({ id }) => id !== sent.id))
    return answer.ok ? ((await answer.json()) as { outcome: Result }).outcome : 'rejected'
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
