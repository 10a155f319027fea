/** What a customer was told, in words: which event, by which channel, and why not. */
import type { Attempt, Message } from '../../gen/wire'
import { has, t } from '../../i18n'
import { db } from '../../sync'

/** Reasons that are no trouble: the customer knows, or there is something newer. */
const FINE = new Set(['newer', 'cancelled', 'already_answered'])

/** The messages of a visit, the newest first. */
export const toldOfVisit = async (visitId: string): Promise<Message[]> =>
  newestFirst(await db.messages.where('visit_id').equals(visitId).toArray())

/** The messages to a customer, also under the names that were merged into this one; the newest first. */
export async function toldOfCustomer(customerId: string): Promise<Message[]> {
  const aliases = await db.aliases.where('canonical_id').equals(customerId).primaryKeys()
  return newestFirst(await db.messages.where('customer_id').anyOf([customerId, ...aliases]).toArray())
}

const newestFirst = (rows: Message[]): Message[] =>
  rows.sort((a, b) => b.promised_at.localeCompare(a.promised_at) || (a.id < b.id ? 1 : -1))

/** The word for a code, or the general one when this app does not know it. */
const wordOr = (key: string, other: string, facts: Record<string, unknown> = {}): string => t(has(key) ? key : other, facts)

/** What the message was about. */
export const eventWords = ({ event, stage }: Message): string =>
  wordOr(`told.event.${event}`, 'told.event.other', { stage: stage ? t(`stage.${stage}`) : '' })

/** Why something was not done; a code of a newer server has a general sentence. */
export const whyWords = (code: string): string => wordOr(`told.why.${code}`, 'told.why.other')

/** How the message stands: by which channel, and why not. */
export function stateWords({ state, channel, why }: Message): string {
  const word = t(`told.state.${state}`)
  const on = channel && state !== 'not_sent' ? t('told.state.on', { channel: t(`channel.${channel}`), state: word }) : word
  return why && state !== 'seen' ? t('told.state.because', { state: on, why: whyWords(why) }) : on
}

/** One try in words. */
export function attemptWords({ channel, result, why }: Attempt): string {
  const word = t(`told.result.${result}`)
  const on = channel ? t('told.state.on', { channel: t(`channel.${channel}`), state: word }) : word
  return why ? t('told.state.because', { state: on, why: whyWords(why) }) : on
}

/** Whether this message should have reached somebody and did not. */
export const isUntold = ({ state, why }: Message): boolean =>
  (state === 'not_sent' || state === 'failed') && !FINE.has(why ?? '')

/** The newest message when it did not reach the customer by any channel; `messages` the newest first. */
export function untold(messages: readonly Message[]): Message | null {
  const last = messages.find(({ state, why }) => state !== 'waiting' && !FINE.has(why ?? ''))
  return last && isUntold(last) ? last : null
}
