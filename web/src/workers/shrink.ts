/** The worker that makes photos small: 12 megapixels take 0.2–0.3 s. */

const LONGEST_PX = 1920
const QUALITY = 0.82

export interface Shrunk {
  data: ArrayBuffer
  type: 'image/jpeg'
}

/** What a dedicated worker offers; the DOM's types, which the rest of the app needs, do not know it. */
const scope = self as unknown as Pick<Worker, 'onmessage' | 'postMessage'>

scope.onmessage = async ({ data: { id, file } }: MessageEvent<{ id: number; file: Blob }>) => {
  try {
    const small = await shrink(file)
    scope.postMessage({ id, small }, [small.data])
  } catch {
    scope.postMessage({ id })
  }
}

async function shrink(file: Blob): Promise<Shrunk> {
  const image = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, LONGEST_PX / Math.max(image.width, image.height))
  const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale))
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  image.close()
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
  return { data: await blob.arrayBuffer(), type: 'image/jpeg' }
}
