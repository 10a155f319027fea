/** Reads the VIN out of a picture. The decoder is fetched when somebody first scans; it comes from our own server. */
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url'
import { vinIn } from '../../domain/scan'

let decoder: Promise<typeof import('zxing-wasm/reader')> | undefined

function zxing(): NonNullable<typeof decoder> {
  decoder ??= import('zxing-wasm/reader').then((module) => {
    module.prepareZXingModule({ overrides: { locateFile: () => wasm } })
    return module
  })
  decoder.catch(() => (decoder = undefined))
  return decoder
}

/** The VIN of the first label in the picture that has one; null when there is none. */
export async function readVin(picture: Blob | ImageData): Promise<string | null> {
  const { readBarcodes } = await zxing()
  const codes = await readBarcodes(picture, { formats: ['Code39', 'Code128', 'QRCode', 'DataMatrix'], maxNumberOfSymbols: 4 })
  return codes.map((code) => vinIn(code.text)).find((vin) => vin !== null) ?? null
}
