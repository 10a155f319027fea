/** The fields of `handover.sign`: a drawn signature over exactly one document, signed with the tablet's own key. */
import type { SignaturePurpose, Signer, SignHandover, SigningEvidence, Strokes } from '../gen/wire'
import { canonical, sha256Hex, type HandoverDocument, type Json } from './document'

export interface Signing {
  document: HandoverDocument
  strokes: Strokes
  signer: Signer
  visitId: string
  purpose: SignaturePurpose
  deviceId: string
  /** ECDSA P-256, usage `sign`; it need not be extractable. */
  privateKey: CryptoKey
  signedAt: Date | string
  signatureId: string
  /** Signed along with the document; `shown` is the document that stood on the screen. */
  evidence: SigningEvidence
}

/** Whether the strokes hold at least one line of two points: a tap is no signature. */
export const isDrawn = (strokes: Strokes): boolean => strokes.lines.some((line) => line.length >= 2)

/** Signs with ES256 (RFC 7518 §3.4); throws when nothing was drawn, another document was shown, or a value is not JSON. */
export async function signDocument(signing: Signing): Promise<SignHandover> {
  const { document, signer, visitId, purpose, deviceId, signatureId, evidence } = signing
  if (!isDrawn(signing.strokes)) throw new RangeError('the strokes hold no line')
  const strokes = plain(signing.strokes)
  const signedAt = new Date(signing.signedAt).toISOString()
  const documentHash = await sha256Hex(canonical(document))
  if (evidence.shown.document_hash !== documentHash || Date.parse(evidence.shown.at) > Date.parse(signedAt)) {
    throw new RangeError('another document was shown')
  }
  const strokesHash = await sha256Hex(canonical(strokes))
  const header = canonical({ alg: 'ES256', kid: deviceId, typ: 'jieche-signature' })
  const payload = canonical({
    document_hash: documentHash,
    strokes_hash: strokesHash,
    signer_name: signer.name,
    signer_role: signer.role,
    visit_id: visitId,
    purpose,
    device_id: deviceId,
    signed_at: signedAt,
    evidence: evidence as unknown as Json,
  })
  return {
    visit_id: visitId,
    signature_id: signatureId,
    purpose,
    document,
    document_hash: documentHash,
    strokes,
    strokes_hash: strokesHash,
    signer: { name: signer.name, role: signer.role },
    jws: await compactJws(header, payload, signing.privateKey),
    signed_at: signedAt,
    evidence,
  }
}

/** WebCrypto gives raw r‖s, which is what a JWS holds. */
async function compactJws(header: string, payload: string, key: CryptoKey): Promise<string> {
  const signed = `${base64url(utf8(header))}.${base64url(utf8(payload))}`
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, utf8(signed))
  return `${signed}.${base64url(new Uint8Array(signature))}`
}

/** Only the fields that the server knows, so that a drawing library's extras cannot change the hash. */
function plain({ width, height, lines }: Strokes) {
  return { width, height, lines: lines.map((line) => line.map(({ x, y, t, p }) => ({ x, y, t, p }))) }
}

const utf8 = (text: string) => new TextEncoder().encode(text)

function base64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
