/**
 * A new version of the app: it waits until people want it, because a reload must never come in the middle of a
 * signature.
 */

import { readonly, ref } from 'vue'

const ready = ref(false)
let worker: ServiceWorker | null = null

export const update = {
  /** A new version lies ready. */
  ready: readonly(ready),

  /** Takes the new version and loads the page anew; everything typed is already stored. */
  apply(): void {
    worker?.postMessage({ type: 'SKIP_WAITING' })
  },
}

/** Registers the service worker; it makes the app start without a network. */
export async function registerWorker(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  const registration = await navigator.serviceWorker.register('/sw.js').catch(() => undefined)
  if (!registration) return
  const offer = (): void => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return
    worker = registration.waiting
    ready.value = true
  }
  offer()
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', offer)
  })
  let reloading = false
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (reloading || !ready.value) return
    reloading = true
    location.reload()
  })
  setInterval(() => void registration.update().catch(() => undefined), 3600_000)
}
