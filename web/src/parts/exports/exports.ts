/** Exports: files with many people's data, asked for with a reason, allowed by somebody else, fetched once. */
import { MAY_APPROVE_EXPORT, MAY_ASK_EXPORT } from '../../gen/wire'
import { session } from '../../sync'
import { jsonOf, Unreachable } from '../../sync/door'
import { own } from '../../sync/own'

export type ExportKind = 'records-health' | 'records-warranty' | 'customer-archive' | 'customer-list'
export type ExportState = 'waiting' | 'approved' | 'refused' | 'fetched' | 'expired'

/** A request as the server tells it. */
export interface Export {
  id: string
  kind: ExportKind
  store_name: string
  first_day: string | null
  last_day: string | null
  customer_id: string | null
  reason: string
  asked_at: string
  asker_name: string
  asker_role: string
  decided_at: string | null
  decider_name: string | null
  refusal: string | null
  fetched_at: string | null
  people: number | null
  state: ExportState
  ends_at: string | null
}

export interface Lists {
  mine: Export[]
  waiting: Export[]
  done: Export[]
}

/** What a request is about: days of records, or a customer. */
export interface About {
  from?: string
  to?: string
  customer_id?: string
}

export const SHORTEST = 5
const PATIENCE_MS = 30 * 60_000

const role = (): string => session.state.user?.role ?? ''

/** Whether the person who is signed in may ask for such a file. */
export const mayAsk = (kind: ExportKind): boolean => MAY_ASK_EXPORT[kind]?.includes(role()) ?? false

/** Whether the person has anything to do with exports. */
export const hasExports = (): boolean =>
  MAY_APPROVE_EXPORT.includes(role()) || Object.values(MAY_ASK_EXPORT).some((roles) => roles.includes(role()))

/** Each raises Refused or Unreachable. */
export const exportsDoor = {
  lists: async (): Promise<Lists> => jsonOf<Lists>(await own('/exports')),
  ask: async (kind: ExportKind, about: About, reason: string): Promise<Export> =>
    jsonOf<Export>(await own('/exports', { method: 'POST', json: { kind, ...about, reason } })),
  approve: async (id: string): Promise<void> => void (await own(`/exports/${id}/approve`, { method: 'POST' })),
  refuse: async (id: string, reason: string): Promise<void> =>
    void (await own(`/exports/${id}/refuse`, { method: 'POST', json: { reason } })),

  /** Gives the file to the person, under the server's name for it; `again` once a transfer broke off. */
  async save(id: string, again: boolean): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const answer = await own(`/exports/${id}/file${again ? '?again=true' : ''}`, { signal })
    const content = await answer.blob().catch((error: unknown) => {
      throw new Unreachable(error)
    })
    const link = document.createElement('a')
    link.href = URL.createObjectURL(content)
    link.download = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? id
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  },
}
