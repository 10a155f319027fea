/**
 * Hears from the server that something changed (server-sent events over fetch, because EventSource cannot carry a
 * token).
 */

import { authorised } from './session'

/** The server sends a comment every 20 s; a line silent for longer is dead. */
const SILENCE_MS = 45_000
const LONGEST_PAUSE_MS = 30_000

/** Calls `changed` at every event until the signal ends; reconnects with back-off. */
export async function listen(changed: () => void, stop: AbortSignal): Promise<void> {
  let pause = 1000
  while (!stop.aborted) {
    const opened = Date.now()
    await follow(changed, stop).catch(() => undefined)
    pause = Date.now() - opened > SILENCE_MS ? 1000 : Math.min(pause * 2, LONGEST_PAUSE_MS)
    await sleep(pause * (0.5 + Math.random() / 2), stop)
  }
}

async function follow(changed: () => void, stop: AbortSignal): Promise<void> {
  const silence = new AbortController()
  const end = () => silence.abort()
  stop.addEventListener('abort', end)
  let timer = setTimeout(end, SILENCE_MS)
  try {
    const answer = await authorised('/sync/live', { signal: silence.signal })
    changed()
    const reader = answer.body!.pipeThrough(new TextDecoderStream(), { signal: silence.signal }).getReader()
    let text = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(timer)
      timer = setTimeout(end, SILENCE_MS)
      const events = (text + value.replaceAll('\r', '')).split('\n\n')
      text = events.pop()!
      if (events.some((event) => /^event: ?changed$/m.test(event))) changed()
    }
  } finally {
    clearTimeout(timer)
    stop.removeEventListener('abort', end)
  }
}

/** Waits, but no longer than the signal lasts. */
export function sleep(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve()
    const wake = () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    stop.addEventListener('abort', wake)
  })
}
