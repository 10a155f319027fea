/** The other end of the wire, for tests of the tablet's core: a server of docs/sync-protocol in memory, with faults on demand. */

import { db } from '../../src/sync/db'
import { thisDevice } from '../../src/sync/device'
import { Draft } from '../../src/sync/draft'
import { guess } from '../../src/sync/guess'
import type { Outcome, Row, Sent } from '../../src/sync/types'
import type { Kind } from '../../src/gen/wire'

type Verdict = Partial<Outcome> & { rows?: boolean }
type Fault = (request: Request) => Response | Promise<Response | undefined> | undefined

interface Version {
  kind: Kind
  id: string
  row: Row | null
  position: number
}

interface Entry extends Outcome {
  device: string
  position: number
}

/** One dealer group's server. `decide` may overrule what becomes of a command; `faults` answer instead of it, once each. */
export class Peer {
  position = 0
  epoch = 1
  pageSize = 1000
  offline = false
  faults: Fault[] = []
  requests: string[] = []
  uploads = new Map<string, number>()
  decide: (command: Sent) => Verdict = () => ({})
  readonly next = new Map<string, number>()
  private readonly seqs = new Map<string, string>()
  private draft = new Draft()
  private history: Version[] = []
  journal: Entry[] = []
  /** Commands that had run before, sent again by another device or under another number. */
  private receipts: Entry[] = []

  /** Becomes the network of this test. */
  connect(): void {
    globalThis.fetch = (path, how) => this.answer(new Request(`http://shop${String(path)}`, how as RequestInit))
  }

  /** Writes a row as another tablet would have. */
  write(kind: Kind, row: Row): void {
    const before = this.draft.get(kind, row.id)
    const fresh = { ...row, rev: (before?.rev ?? 0) + 1 }
    this.draft.put(kind, fresh as never)
    this.publish(kind, row.id, fresh)
  }

  read<T = Row>(kind: Kind, id: string): T | undefined {
    return this.draft.get(kind, id) as T | undefined
  }

  /** Goes back to a backup: everything after `position` is lost. */
  restore(position: number): void {
    this.epoch += 1
    for (const entry of [...this.journal, ...this.receipts].filter((known) => known.position > position)) {
      this.seqs.delete(`${entry.device}:${entry.seq}`)
      this.next.set(entry.device, Math.min(this.next.get(entry.device)!, entry.seq!))
    }
    this.journal = this.journal.filter((known) => known.position <= position)
    this.receipts = this.receipts.filter((known) => known.position <= position)
    this.history = this.history.filter((version) => version.position <= position)
    this.draft = new Draft()
    for (const { kind, id, row } of this.feed) this.draft.load(kind, id, row)
    this.position = position
  }

  private async answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    this.requests.push(`${request.method} ${pathname}`)
    if (this.offline) throw new TypeError('fetch failed')
    const fault = this.faults.shift()
    const instead = fault && (await fault(request))
    if (instead) return instead
    if (pathname === '/sync/push') return this.push((await request.json()) as { commands: Sent[] })
    if (pathname === '/sync/pull') return this.pull(searchParams.get('cookie'))
    if (pathname.startsWith('/media/')) return this.keep(pathname.slice('/media/'.length), request.method)
    return json({ code: 'not_found' }, 404)
  }

  private async push({ commands }: { commands: Sent[] }): Promise<Response> {
    const device = (await thisDevice()).id
    const outcomes: Outcome[] = []
    for (const command of commands) {
      const next = this.next.get(device) ?? 1
      if (command.seq > next) return json({ code: 'gap', next_seq: next }, 409)
      const owner = this.seqs.get(`${device}:${command.seq}`)
      if (owner && owner !== command.id) return json({ code: 'forked_device' }, 409)
      outcomes.push(owner ? this.known(command)! : (this.repeat(command, device) ?? this.run(command, device)))
      this.seqs.set(`${device}:${command.seq}`, command.id)
      this.next.set(device, Math.max(next, command.seq + 1))
    }
    return json({ outcomes, next_seq: this.next.get(device), failed: null, server_time: '2026-11-21T01:02:03.004Z', unknown: 1 })
  }

  private known(command: Sent): Outcome | undefined {
    const first = this.journal.find((entry) => entry.id === command.id)
    return first && { ...first, seq: command.seq }
  }

  private repeat(command: Sent, device: string): Outcome | undefined {
    const first = this.known(command)
    if (first) this.receipts.push({ ...first, device, position: ++this.position })
    return first
  }

  private run(command: Sent, device: string): Outcome {
    const { rows = true, ...verdict } = this.decide(command)
    const outcome = { seq: command.seq, id: command.id, outcome: 'applied', reason: null, merged: [], review: null, ...verdict }
    this.position += 1
    this.journal.push({ ...(outcome as Outcome), device, position: this.position })
    if (!rows || outcome.outcome === 'rejected') return outcome as Outcome
    const scene = { id: command.id, at: command.issued_at, user: command.user, store_id: 's1', device_id: device }
    guess(this.draft, command, scene)
    for (const { kind, id, now } of this.draft.changed) this.publish(kind, id, now && { ...now, rev: now.rev + 1 })
    this.draft.changed.clear()
    return outcome as Outcome
  }

  private publish(kind: Kind, id: string, row: Row | null): void {
    this.position += 1
    this.history.push({ kind, id, row, position: this.position })
  }

  /** The newest version of each row. */
  get feed(): Version[] {
    return [...new Map(this.history.map((version) => [`${version.kind}:${version.id}`, version])).values()]
  }

  private async pull(cookie: string | null): Promise<Response> {
    const device = (await thisDevice()).id
    const [epoch, at] = (cookie ?? '0/0').split('/').map(Number)
    const reset = cookie !== null && epoch !== this.epoch
    const from = reset ? 0 : at!
    const due = this.feed.filter((entry) => entry.position > from).sort((a, b) => a.position - b.position)
    const page = due.slice(0, this.pageSize)
    const more = due.length > page.length
    const to = more ? page.at(-1)!.position : this.position
    const rows: Partial<Record<Kind, Row[]>> = {}
    const gone: Partial<Record<Kind, string[]>> = {}
    for (const { kind, id, row } of page) {
      if (row) (rows[kind] ??= []).push(row)
      else (gone[kind] ??= []).push(id)
    }
    const outcomes = [...this.journal, ...this.receipts].filter((o) => o.device === device && o.position > from && o.position <= to)
    const applied_through = (this.next.get(device) ?? 1) - 1
    return json({ cookie: `${this.epoch}/${to}`, reset, more, rows, gone, applied_through, outcomes })
  }

  private keep(sha256: string, method: string): Response {
    if (method === 'PUT') this.uploads.set(sha256, (this.uploads.get(sha256) ?? 0) + 1)
    return json({}, 200)
  }
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
}

/** An empty tablet with an advisor who signed in, connected to an empty server. */
export async function tablet(): Promise<Peer> {
  await Promise.all(db.tables.map((table) => table.clear()))
  const device = await thisDevice()
  await person('u1', 'advisor', device.id)
  await db.remember('active', 'u1')
  const peer = new Peer()
  peer.connect()
  return peer
}

/** Someone who signed in on this tablet. */
export async function person(id: string, username: string, deviceId: string): Promise<void> {
  await db.people.put({
    user_id: id, user: { id, username, name: username, role: username }, store: { id: 's1', name: '成都店' },
    device_id: deviceId, token: `token-${id}`, expires_at: null, seen_at: 1, leaving: false,
    verifier: { salt: new Uint8Array(16), rounds: 1, hash: new Uint8Array(32) },
  })
}
