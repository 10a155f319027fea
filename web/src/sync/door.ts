/** The way to the server: JSON over fetch, and two kinds of failure that callers must tell apart. */

import { hearTime } from './clock'

const PATIENCE_MS = 60_000

/** The server answered and said no: `code` and `facts` as in its error body. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly facts: Record<string, unknown> = {},
    readonly retryAfterMs = 0,
  ) {
    super(`${status} ${code}`)
    this.name = 'Refused'
  }
}

/** Nobody answered: no network, a timeout, or a proxy without a server behind it. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('unreachable', { cause })
    this.name = 'Unreachable'
  }
}

export interface Ask {
  method?: string
  token?: string | null
  /** Becomes the JSON body. */
  json?: unknown
  body?: BodyInit
  type?: string
  signal?: AbortSignal
  /** Carries the request instead of fetch; its patience is its own. */
  carry?: typeof fetch
}

/** Asks the server; raises `Refused` for an answer that is no success, `Unreachable` when there is none. */
export async function ask(path: string, { method, token, json, body, type, signal, carry = fetch }: Ask = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (token) headers['Authorization'] = `Bearer ${token}`
  if (json !== undefined) headers['Content-Type'] = 'application/json'
  else if (type) headers['Content-Type'] = type
  let answer: Response
  try {
    answer = await carry(path, {
      method: method ?? 'GET',
      headers,
      body: json !== undefined ? JSON.stringify(json) : (body ?? null),
      signal: signal ?? AbortSignal.timeout(PATIENCE_MS),
      cache: 'no-store',
    })
  } catch (error) {
    throw new Unreachable(error)
  }
  hearTime(answer.headers.get('Date'))
  if (answer.ok) return answer
  throw await refusal(answer)
}

/** The answer's text; a body that breaks off counts as unreachable. */
export async function textOf(answer: Response): Promise<string> {
  try {
    return await answer.text()
  } catch (error) {
    throw new Unreachable(error)
  }
}

/** The answer's JSON; what is no JSON (a captive portal, a broken body) counts as unreachable. */
export async function jsonOf<T>(answer: Response): Promise<T> {
  const text = await textOf(answer)
  try {
    return JSON.parse(text) as T
  } catch (error) {
    throw new Unreachable(error)
  }
}

async function refusal(answer: Response): Promise<Refused | Unreachable> {
  const said = (await answer.json().catch(() => null)) as { code?: unknown; facts?: unknown } | null
  if (typeof said?.code !== 'string') {
    if ([502, 504].includes(answer.status)) return new Unreachable(answer.status)
    return new Refused(answer.status, `http_${answer.status}`)
  }
  const pause = Number(answer.headers.get('Retry-After') ?? 0) * 1000
  const facts = { ...said, ...(said.facts as object | undefined) } as Record<string, unknown>
  return new Refused(answer.status, said.code, facts, Number.isFinite(pause) ? pause : 0)
}
