/** Real barcodes, made by one half of ZXing and read by the other as the tablet does. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, expect, test, vi } from 'vitest'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'
import { readVin } from '../../src/parts/scan/reader'

const VIN = 'LDC613P23A1305189'
const file = (half: string): Buffer => readFileSync(createRequire(import.meta.url).resolve(`zxing-wasm/${half}/zxing_${half}.wasm`))

beforeAll(() => {
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(file('writer')).buffer } })
  vi.stubGlobal('fetch', async () => new Response(new Uint8Array(file('reader')), { headers: { 'content-type': 'application/wasm' } }))
})

async function label(text: string, format: 'Code39' | 'Code128' | 'QRCode' | 'DataMatrix'): Promise<Blob> {
  const { image } = await writeBarcode(text, { format, scale: 4 })
  return image!
}

test.each([
  ['Code39', VIN],
  ['Code128', `I${VIN}`],
  ['QRCode', `合格证 ${VIN} 2026`],
  ['DataMatrix', VIN],
] as const)('the VIN is read from a %s', async (format, text) => {
  expect(await readVin(await label(text, format))).toBe(VIN)
})

test('a label without a VIN gives none', async () => {
  expect(await readVin(await label('https://example.cn', 'QRCode'))).toBeNull()
})
