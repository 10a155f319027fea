/** The code that the tablet draws is read by a reader that is not ours. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, expect, test } from 'vitest'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { qrOf } from '../../src/parts/qr'

const SCALE = 4

beforeAll(() => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'))
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } })
})

/** The path as pixels: dark modules on white, `SCALE` pixels a module. */
function drawn({ size, path }: { size: number; path: string }): ImageData {
  const side = size * SCALE
  const data = new Uint8ClampedArray(side * side * 4).fill(255)
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let row = 0; row < SCALE; row++) {
      const start = ((Number(y) * SCALE + row) * side + Number(x) * SCALE) * 4
      for (let at = start; at < start + SCALE * 4; at++) if (at % 4 !== 3) data[at] = 0
    }
  }
  return { data, width: side, height: side, colorSpace: 'srgb' } as ImageData
}

test.each(['https://jieche.example/c/0jvQx3mBq7oVY2wH5TnL1A', '接车 川A·12345'])('%s', async (text) => {
  const [found] = await readBarcodes(drawn(qrOf(text)), { formats: ['QRCode'] })
  expect(found?.text).toBe(text)
})
