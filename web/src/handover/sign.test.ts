import { beforeAll, describe, expect, test } from 'vitest'
import shared from '../../../tests/cases/documents.json'
import { canonical, sha256Hex, type Json } from './document'
import { signDocument, type Signing } from './sign'

const text = (part: string) => Buffer.from(part, 'base64url').toString('utf8')

describe('The signature', () => {
  let keys: CryptoKeyPair
  let signing: Signing

  beforeAll(async () => {
    keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    signing = {
      document: JSON.parse(shared.cases[1]!.canonical),
      strokes: { width: 600, height: 200, lines: [[{ x: 1, y: 2, t: 0, p: 0.5 }, { x: 9.25, y: 4, t: 16, p: 0.7 }]] },
      signer: { name: '王小明', role: 'bringer' },
      visitId: '01935a10-0002-7000-8000-00000000000e',
      purpose: 'handover',
      deviceId: '01935a10-0001-7000-8000-00000000000d',
      privateKey: keys.privateKey,
      signedAt: new Date('2026-11-21T08:31:00.123Z'),
      signatureId: '01935a10-0003-7000-8000-00000000000f',
      evidence: {
        identity: { method: 'known_phone', phone_tail: '8000', code_id: null },
        app: '2026.11.0',
        device_name: '前台 1',
        shown: { document_hash: shared.cases[1]!.sha256, at: '2026-11-21T08:30:00.000Z' },
        server_state: { unsent: 0, cookie: 'c', known_at: null, visit_rev: 3 },
      },
    }
  })

  test('is a compact ES256 JWS over exactly the named fields', async () => {
    const fields = await signDocument(signing)
    const [header, payload, signature] = fields.jws.split('.') as [string, string, string]
    expect(text(header)).toBe(`{"alg":"ES256","kid":"${signing.deviceId}","typ":"jieche-signature"}`)
    expect(text(payload)).toBe(canonical({
      document_hash: shared.cases[1]!.sha256,
      strokes_hash: fields.strokes_hash,
      signer_name: '王小明',
      signer_role: 'bringer',
      visit_id: signing.visitId,
      purpose: 'handover',
      device_id: signing.deviceId,
      signed_at: '2026-11-21T08:31:00.123Z',
      evidence: signing.evidence as unknown as Json,
    }))
    expect(fields.evidence).toEqual(signing.evidence)
    const raw = Buffer.from(signature, 'base64url')
    expect(raw.length).toBe(64)
    const signed = new TextEncoder().encode(`${header}.${payload}`)
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, keys.publicKey, raw, signed)).toBe(true)
  })

  test('covers the strokes without what a drawing library adds to them', async () => {
    const noisy = structuredClone(signing.strokes)
    Object.assign(noisy.lines[0]![0]!, { color: 'black' })
    const fields = await signDocument({ ...signing, strokes: noisy })
    expect(fields.strokes).toEqual(signing.strokes)
    expect(fields.strokes_hash).toBe(await sha256Hex(canonical(JSON.parse(JSON.stringify(signing.strokes)))))
  })

  test.each([
    ['another document', { document_hash: 'ab'.repeat(32), at: '2026-11-21T08:30:00.000Z' }],
    ['one that came on the screen later', { document_hash: shared.cases[1]!.sha256, at: '2026-11-21T08:31:00.124Z' }],
  ])('is not given for %s', async (_, shown) => {
    await expect(signDocument({ ...signing, evidence: { ...signing.evidence, shown } })).rejects.toThrow(RangeError)
  })

  test('needs a line: a tap is no signature', async () => {
    const tap = { ...signing.strokes, lines: [[{ x: 1, y: 2, t: 0, p: 1 }]] }
    await expect(signDocument({ ...signing, strokes: tap })).rejects.toThrow(RangeError)
  })
})
