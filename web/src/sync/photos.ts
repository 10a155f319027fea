/**
 * Photos: made small, named by their SHA-256, stored with their command in one transaction; `upload.ts` sends them.
 */

import { ref } from 'vue'
import type { PhotoPurpose } from '../gen/wire'
import { hear, tell, type Upload } from './changes'
import { now, uuid7 } from './clock'
import { db } from './db'
import { placeOf } from './device'
import { enqueue, takes, tapped } from './outbox'
import { authorised } from './session'
import { shrink } from './shrink'
import type { Blob_ } from './types'

export interface PhotoAbout {
  visit_id: string
  purpose: PhotoPurpose
  subject_id?: string | null
  caption?: string | null
}

type ImageType = 'image/jpeg' | 'image/png' | 'image/webp'

/** Makes a photo small, keeps it and names it in a command; gives its SHA-256. Raises Error `unreadable_image`. */
export async function addPhoto(file: Blob, about: PhotoAbout): Promise<string> {
  const { data, type } = await shrink(file)
  return keepPhoto(data, type, about)
}

/** Stores the bytes and their `photo.add` together, or neither. */
export async function keepPhoto(data: ArrayBuffer, type: ImageType, about: PhotoAbout): Promise<string> {
  const sha256 = await sha256Hex(data)
  const tap = tapped('photo.add', {
    photo_id: uuid7(), visit_id: about.visit_id, sha256, media_type: type, bytes: data.byteLength,
    purpose: about.purpose, subject_id: about.subject_id ?? null, taken_at: now(), caption: about.caption ?? null,
  })
  const blob: Blob_ = { sha256, type, data, state: 'to_send', mine: 1, problem: null, stored_at: Date.now() }
  if (!urls.has(sha256)) urls.set(sha256, Promise.resolve(urlOf(blob)))
  await takes(tap, async () => {
    const place = await placeOf()
    await db.transaction('rw', [...db.written, db.blobs], async () => {
      await enqueue(db, tap, {}, place)
      if (!(await db.blobs.where('sha256').equals(sha256).count())) await db.blobs.put(blob)
    })
  })
  tell({ type: 'poke' })
  return sha256
}

/** The photo that is on its way now, whichever tab sends it, and how much of it (0 to 1) is out. */
export const uploading = ref<Upload | null>(null)
hear((message) => {
  if (message.type === 'upload') uploading.value = message.upload
})

/** Puts a photo that the server refused back among those that wait. */
export async function retryPhoto(sha256: string): Promise<void> {
  await db.blobs.update(sha256, { state: 'to_send', problem: null })
  tell({ type: 'flush' })
}

const urls = new Map<string, Promise<string | undefined>>()

/** An object URL of a photo, taken here or fetched once from the server; undefined while it cannot be had. */
export function photoUrl(sha256: string): Promise<string | undefined> {
  const known = urls.get(sha256)
  if (known) return known
  const made = bytesOf(sha256).then((blob) => {
    if (!blob) urls.delete(sha256)
    return blob && urlOf(blob)
  })
  urls.set(sha256, made)
  return made
}

const urlOf = ({ data, type }: Pick<Blob_, 'data' | 'type'>): string => URL.createObjectURL(new Blob([data], { type }))

async function bytesOf(sha256: string): Promise<Pick<Blob_, 'data' | 'type'> | undefined> {
  const here = await db.blobs.get(sha256)
  if (here) return here
  try {
    const answer = await authorised(`/media/${sha256}`)
    const data = await answer.arrayBuffer()
    const type = answer.headers.get('Content-Type') ?? 'image/jpeg'
    await db.blobs.put({ sha256, type, data, state: 'sent', mine: 0, problem: null, stored_at: Date.now() })
    return { data, type }
  } catch {
    return undefined
  }
}

/** Lower-case hex SHA-256. */
export async function sha256Hex(data: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
