/** Signatures over a paper that had changed: kept as evidence, counting for nothing, until the new paper is signed. */
import { db, type Review, type Signature, type SignaturePurpose } from '../../sync'

/** One difference as the centre says it, in both languages. */
export interface Change {
  path: string
  zh: string
  en: string
  kind: 'added' | 'removed' | 'changed'
}

/** The newest signature of a paper; tablets' clocks may differ, so the centre's order decides. */
export function newest(signatures: readonly Signature[], purpose: SignaturePurpose): Signature | undefined {
  const own = signatures.filter((one) => one.purpose === purpose)
  return own.toSorted((a, b) => a.received_at.localeCompare(b.received_at) || (a.id < b.id ? -1 : 1)).at(-1)
}

/** The signatures that may stand under a paper. */
export const counting = (signatures: readonly Signature[]): Signature[] => signatures.filter((one) => one.state === 'accepted')

/** Whether a signature of this paper did not count, now or before. */
export const anyKept = (signatures: readonly Signature[], purpose: SignaturePurpose): boolean =>
  signatures.some((one) => one.purpose === purpose && one.state === 'kept')

/** What the centre says has changed since the paper was signed; nothing when it was kept for another reason. */
export function changesOf(review: Review | undefined): Change[] {
  const facts = review?.reason.facts as { words?: Change[] } | undefined
  return facts?.words ?? []
}

/** The SHA-256 of the paper that the changes lead to; it may have changed once more since. */
export const ledTo = (review: Review | undefined): unknown => review?.reason.facts['current_hash']

/** The review of one signature. */
export const reviewOf = ({ id, visit_id }: Signature): Promise<Review | undefined> =>
  db.reviews.where('visit_id').equals(visit_id).filter((one) => one.command.fields['signature_id'] === id).first()

/** The papers that wait for a new signature, each once. */
export async function unsignedOf(): Promise<{ visitId: string; purpose: SignaturePurpose }[]> {
  const open = await db.reviews.where('state').equals('open').filter((one) => one.reason.code === 'document_differs').toArray()
  const papers = new Map(
    open.flatMap(({ visit_id, command }) => {
      const purpose = command.fields['purpose'] as SignaturePurpose
      return visit_id ? [[`${visit_id}/${purpose}`, { visitId: visit_id, purpose }] as const] : []
    }),
  )
  return [...papers.values()]
}
