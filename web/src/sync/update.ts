/**
 * A new version of the app: it waits until people want it, because a reload must never come in the middle of a
 * signature.
 */

import { readonly, ref } from 'vue'

const LOOK_MS = 3600_000
const ready = ref(false)
let wanted = false
let worker: ServiceWorker | null = null
let known: ServiceWorkerRegistration | null = null
let calm = (): Promise<void> => Promise.resolve()

export const update = {
  /** A new version lies ready. */
  ready: readonly(ready),

  /**
   * Takes the new version, looking for one first where none lies ready, and loads the page anew; everything typed is
   * already stored.
   */
  apply(): void {
    wanted = true
    if (worker) worker.postMessage({ type: 'SKIP_WAITING' })
    else void follow()
  },

  /** How to wait until nobody is in the middle of something: the page is never loaded anew before. */
  waitFor(moment: () => Promise<void>): void {
    calm = moment
  },
}

/** Registers the service worker, which makes the app start without a network; where that breaks off, once more later. */
export async function registerWorker(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  let reloading = false
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (reloading || !ready.value) return
    reloading = true
    void calm().then(() => location.reload())
  })
  addEventListener('online', () => void follow())
  setInterval(() => void follow(), LOOK_MS)
  await follow()
}

/** Takes the app's files off this tablet: the next start fetches them anew. */
export async function forgetWorker(): Promise<void> {
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name)
  for (const one of (await navigator.serviceWorker?.getRegistrations()) ?? []) await one.unregister()
}

/** Looks for a new version; the first time, or after an installation that failed, registers. */
async function follow(): Promise<void> {
  const registration = await navigator.serviceWorker.register('/sw.js').catch(() => undefined)
  if (!registration) return
  if (known === registration) return void registration.update().catch(() => undefined)
  known = registration
  const offer = (): void => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return
    worker = registration.waiting
    ready.value = true
    if (wanted) update.apply()
  }
  offer()
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', offer)
  })
}
