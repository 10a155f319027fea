import { describe, expect, test } from 'vitest'
import shared from '../../../tests/cases/documents.json'
import type { SignaturePurpose } from '../gen/wire'
import { buildDocument, canonical, sha256Hex, WORDING, WORDING_VERSION } from './document'

type Rows = Parameters<typeof buildDocument>
interface Case {
  name: string
  purpose: SignaturePurpose
  rows: {
    visit: Rows[1]
    vehicle: Rows[2]
    customer: Rows[3]
    damages: Rows[4]
    findings: Rows[5]
    lines: Rows[6]
    photos: Rows[7]
  }
  canonical: string
  sha256: string
}
const cases = shared.cases as unknown as Case[]

const built = ({ purpose, rows: r }: Case) =>
  buildDocument(purpose, r.visit, r.vehicle, r.customer, r.damages, r.findings, r.lines, r.photos)

describe('The document', () => {
  test.each(cases)('has the bytes that the server builds: $name', async (example) => {
    expect(canonical(built(example))).toBe(example.canonical)
    expect(await sha256Hex(example.canonical)).toBe(example.sha256)
  })

  test.each(cases)('survives the way through JSON unchanged: $name', (example) => {
    expect(canonical(JSON.parse(JSON.stringify(built(example))))).toBe(example.canonical)
  })

  test('is the same when optional fields of a guessed row are absent instead of null', () => {
    const least = cases.find(({ name }) => name === 'the least that a visit holds, at handover')!
    const withoutNulls = JSON.parse(JSON.stringify(least), (_, value) => value ?? undefined) as Case
    expect(canonical(built(withoutNulls))).toBe(least.canonical)
  })

  test('is signed under the wording that the server knows', () => {
    expect({ version: WORDING_VERSION, ...WORDING }).toEqual(shared.wording)
  })
})
