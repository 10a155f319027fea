/** How the advisor makes sure who signs: one tap, and with a network a code to a phone on file. */
import { computed, reactive, ref, watch, type Ref } from 'vue'
import { db, Refused, status, Unreachable, type DeciderRole, type SignerIdentity, type VisitView } from '../../sync'
import { authorised } from '../../sync/session'
import { has, t } from '../../i18n'

export type IdentityMethod = SignerIdentity['method']
export const METHODS: readonly IdentityMethod[] = ['known_phone', 'id_seen', 'sms_code', 'not_checked']
const MOBILE = /^\+861[3-9]\d{9}$|^\+(?!86)\d{7,15}$/

interface Sent {
  code_id: string
  phone_tail: string
}

/** The check of one signer; `signer` is who the screen says that it is. */
export function useIdentity(view: Readonly<Ref<VisitView>>, signer: { name: string; role: DeciderRole }) {
  const owner = ref<VisitView['customer']>()
  watch(
    () => view.value.vehicle?.owner_id,
    async (id) => (owner.value = id ? await db.customers.get(id) : undefined),
    { immediate: true },
  )
  const party = computed(() => {
    const { customer, vehicle } = view.value
    if (signer.role === 'bringer' || (signer.role === 'owner' && vehicle?.owner_id === customer?.id)) return customer
    return signer.role === 'owner' ? owner.value : undefined
  })
  const phone = computed(() => {
    const ranked = [...(party.value?.phones ?? [])].sort((a, b) => Number(b.primary) - Number(a.primary))
    return ranked.find(({ number }) => MOBILE.test(number))?.number ?? null
  })
  const tail = computed(() => phone.value?.slice(-4) ?? null)
  const online = computed(() => status.offlineSince === null)
  const chosen = ref<IdentityMethod | null>(null)
  /** Whoever brought the car and is known by phone is suggested as known; nobody else is. */
  const suggested = computed<IdentityMethod | null>(() => {
    const { customer } = view.value
    return phone.value && party.value?.id === customer?.id && signer.name.trim() === customer?.name ? 'known_phone' : null
  })
  const method = computed<IdentityMethod | null>({
    get: () => chosen.value ?? suggested.value,
    set: (value) => (chosen.value = value),
  })
  const code = reactive({ sent: null as Sent | null, verified: false, busy: false, problem: '' })
  watch(phone, () => {
    chosen.value = null
    Object.assign(code, { sent: null, verified: false, problem: '' })
  })

  async function asking<T>(path: string, json: object): Promise<T | undefined> {
    code.busy = true
    code.problem = ''
    try {
      const answer = await authorised(`/visits/${view.value.visit.id}/signing-codes${path}`, { method: 'POST', json })
      return (await answer.json()) as T
    } catch (error) {
      code.problem = wordsFor(error)
      if (error instanceof Refused && error.status === 410) code.sent = null
      return undefined
    } finally {
      code.busy = false
    }
  }

  async function sendCode(): Promise<void> {
    const sent = await asking<Sent>('', { phone: phone.value })
    if (sent) Object.assign(code, { sent, verified: false })
  }

  async function checkCode(digits: string): Promise<void> {
    if (code.sent && (await asking<Sent>(`/${code.sent.code_id}/check`, { code: digits }))) code.verified = true
  }

  /** What the evidence says; null while it is not chosen, or the code not yet told. */
  const identity = computed<SignerIdentity | null>(() => {
    if (method.value === null || (method.value === 'sms_code' && !(code.sent && code.verified))) return null
    const sent = method.value === 'sms_code' ? code.sent : null
    const known = method.value === 'known_phone' ? tail.value : null
    return { method: method.value, phone_tail: sent?.phone_tail ?? known, code_id: sent?.code_id ?? null }
  })
  return reactive({ method, tail, online, code, identity, sendCode, checkCode })
}

export type Identity = ReturnType<typeof useIdentity>

function wordsFor(error: unknown): string {
  if (error instanceof Unreachable) return t('signer.problem.offline')
  if (!(error instanceof Refused)) throw error
  const left = Number(error.facts['tries_left'] ?? 0)
  const minutes = Math.ceil(Number(error.facts['retry_after'] ?? 0) / 60)
  return has(`signer.problem.${error.code}`) ? t(`signer.problem.${error.code}`, { n: left || minutes }) : t('signer.problem.other')
}
