/** Signing one document on this tablet: what is on the paper now, who signs, and the command that says so. */
import { computed, onMounted, reactive, ref, watchEffect, type Ref } from 'vue'
import { clockIsBehind, knownState, send, thisDevice, trueNow, uuid7, type DeciderRole, type SignaturePurpose, type Strokes, type VisitView } from '../../sync'
import { buildDocument, canonical, sha256Hex, type HandoverDocument } from '../../handover/document'
import { isDrawn, signDocument } from '../../handover/sign'
import { t } from '../../i18n'
import { useIdentity } from './identity'
import { newest } from './kept'

/** Everything that a signing screen needs. */
export function useSigning(view: Readonly<Ref<VisitView>>, purpose: SignaturePurpose) {
  const { customer, vehicle } = view.value
  const owner = vehicle?.owner_id !== null && vehicle?.owner_id === customer?.id
  const signer = reactive<{ name: string; role: DeciderRole; strokes: Strokes | null }>({
    name: customer?.name ?? '',
    role: owner ? 'owner' : 'bringer',
    strokes: null,
  })
  const check = useIdentity(view, signer)
  const clockBehind = ref(false)
  onMounted(async () => (clockBehind.value = await clockIsBehind()))
  const tried = ref(false)
  const busy = ref(false)
  const document = computed<HandoverDocument | null>(() => {
    const { visit, customer, vehicle, damages, findings, lines, photos } = view.value
    return customer && vehicle ? buildDocument(purpose, visit, vehicle, customer, damages, findings, lines, photos) : null
  })
  const hash = ref('')
  /** The document on the screen, and since when by a clock that nobody can set. */
  let onScreen = { hash: '', since: 0 }
  const shows = (hash: string) => (onScreen = onScreen.hash === hash ? onScreen : { hash, since: performance.now() })
  watchEffect(async () => {
    hash.value = document.value ? await sha256Hex(canonical(document.value)) : ''
    shows(hash.value)
  })
  const signature = computed(() => newest(view.value.signatures, purpose))
  const changed = computed(() => Boolean(signature.value && hash.value && signature.value.document_hash !== hash.value))
  const problems = computed<Record<string, string>>(() => {
    if (!tried.value) return {}
    return {
      ...(!signer.name.trim() && { name: t('sign.no_name') }),
      ...((!signer.strokes || !isDrawn(signer.strokes)) && { strokes: t('sign.no_strokes') }),
      ...(!check.identity && { identity: t(check.method === 'sms_code' ? 'signer.no_code' : 'signer.none') }),
    }
  })

  /** Signs what is on the screen; false while something is missing. */
  async function sign(): Promise<boolean> {
    tried.value = true
    const paper = document.value
    if (!paper || !signer.strokes || !check.identity || busy.value || Object.keys(problems.value).length) return false
    busy.value = true
    try {
      const [device, known] = await Promise.all([thisDevice(), knownState(view.value.visit.id)])
      const { hash: document_hash, since } = shows(await sha256Hex(canonical(paper)))
      const signedAt = trueNow()
      const at = new Date(signedAt.getTime() - Math.round(performance.now() - since)).toISOString()
      const fields = await signDocument({
        document: paper,
        strokes: signer.strokes,
        signer: { name: signer.name.trim(), role: signer.role },
        visitId: view.value.visit.id,
        purpose,
        deviceId: device.id,
        privateKey: device.keys.privateKey,
        signedAt,
        signatureId: uuid7(),
        evidence: {
          identity: { ...check.identity }, app: __APP_VERSION__, device_name: device.name,
          shown: { document_hash, at }, server_state: known,
        },
      })
      await send('handover.sign', fields)
      return true
    } finally {
      busy.value = false
    }
  }
  return { signer, document, signature, changed, problems, busy, check, clockBehind, sign }
}
