/** The photos' own lane to the server, fetched when there is one to send; says how far each has come. */

import { tell } from './changes'
import { db } from './db'
import { Refused } from './door'
import { authorised } from './session'

/** Answers that no repetition will change: bad hash, no image, too large. */
const FINAL = new Set([400, 413, 415, 422])

/**
 * Sends the photos that wait, oldest first; raises what stops them all, puts aside those the server refuses for good.
 */
export async function uploadAll(): Promise<void> {
  for (const sha256 of await db.blobs.where('state').equals('to_send').primaryKeys()) {
    const blob = await db.blobs.get(sha256)
    if (!blob) continue
    const moved = (part: number): void => tell({ type: 'upload', upload: { sha256, part } })
    moved(0)
    try {
      await authorised(`/media/${sha256}`, { method: 'PUT', body: blob.data, type: blob.type, carry: carry(moved) })
      await db.blobs.update(sha256, { state: 'sent', problem: null })
    } catch (error) {
      if (!(error instanceof Refused) || !FINAL.has(error.status)) throw error
      await db.blobs.update(sha256, { state: 'refused', problem: error.code })
    } finally {
      tell({ type: 'upload', upload: null })
    }
  }
}

/** With no byte moved for this long the way counts as lost; a slow yard may take longer for a whole photo. */
const STANDSTILL_MS = 60_000

/** A fetch that tells how much of the body (0 to 1) is out, which fetch itself cannot. */
function carry(moved: (part: number) => void): typeof fetch {
  return (path, how = {}) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      let patience: ReturnType<typeof setTimeout>
      const waits = (): void => {
        clearTimeout(patience)
        patience = setTimeout(() => request.abort(), STANDSTILL_MS)
      }
      request.open(how.method!, path as string)
      new Headers(how.headers).forEach((value, name) => request.setRequestHeader(name, value))
      request.upload.onprogress = ({ loaded, total }) => {
        waits()
        moved(total ? loaded / total : 0)
      }
      request.onload = () => resolve(answerOf(request))
      request.onerror = request.onabort = () => reject(new TypeError('the upload broke off'))
      request.onloadend = () => clearTimeout(patience)
      waits()
      request.send(how.body as XMLHttpRequestBodyInit)
    })
}

function answerOf(request: XMLHttpRequest): Response {
  const lines = request.getAllResponseHeaders().trim().split(/\r\n/)
  const headers = lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
  return new Response(request.responseText || null, { status: request.status, headers })
}
