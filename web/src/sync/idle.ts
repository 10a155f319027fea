/** Long work in short pieces: between two of them the screen answers whoever touches it. */

const PATIENCE_MS = 500

/** Waits until nobody needs the thread, but not for long; Safari has no idle callback and gets a turn of the loop. */
export const idle = (): Promise<void> =>
  new Promise((next) => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => next(), { timeout: PATIENCE_MS })
    else setTimeout(next)
  })
