/** Makes photos small in a worker, so that the screen stays smooth. */

import type { Shrunk } from '../workers/shrink'

let worker: Worker | undefined
let count = 0
const waiting = new Map<number, { resolve: (small: Shrunk) => void; reject: (error: Error) => void }>()

/**
 * At most 1920 px on the longer side, as JPEG, turned upright, without EXIF or position. Raises Error
 * `unreadable_image`.
 */
export function shrink(file: Blob): Promise<Shrunk> {
  worker ??= start()
  const id = ++count
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    worker!.postMessage({ id, file })
  })
}

function start(): Worker {
  const made = new Worker(new URL('../workers/shrink.ts', import.meta.url), { type: 'module' })
  made.onmessage = ({ data }: MessageEvent<{ id: number; small?: Shrunk }>) => {
    const { resolve, reject } = waiting.get(data.id)!
    waiting.delete(data.id)
    if (data.small) resolve(data.small)
    else reject(new Error('unreadable_image'))
  }
  return made
}
