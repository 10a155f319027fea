/**
 * One tab of the tablet talks to the server (Web Locks); the others show what it brings. A leader that sleeps is
 * replaced.
 */

import { hear } from './changes'

const LOCK = 'jieche-leader'
const SILENCE_MS = 20_000

/**
 * Runs `work` whenever this tab leads; its signal ends when another tab took over. Without Web Locks every tab leads.
 */
export function lead(work: (lost: AbortSignal) => Promise<void>): void {
  if (!navigator.locks) return void work(new AbortController().signal)
  let heard = performance.now()
  let leading = false
  const stand = (options: LockOptions): void => {
    const lost = new AbortController()
    navigator.locks
      .request(LOCK, options, async () => {
        leading = true
        await work(lost.signal)
      })
      .catch(() => undefined)
      .finally(() => {
        leading = false
        lost.abort()
        heard = performance.now()
        stand({})
      })
  }
  stand({})
  hear((message) => {
    if (message.type === 'alive') heard = performance.now()
  })
  setInterval(() => {
    if (leading || document.visibilityState !== 'visible' || performance.now() - heard < SILENCE_MS) return
    heard = performance.now()
    stand({ steal: true })
  }, SILENCE_MS / 4)
}
