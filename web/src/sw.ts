/**
 * The service worker: lets the app start without a network. It keeps the shell and nothing else; what belongs to
 * customers lies in IndexedDB, under the tablet's own rules.
 */

import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] }

/** Paths that the server answers itself. */
const SERVED = /^\/(c|graphql|schema\.graphql|auth|sync|media|push|visits|verify|healthz|readyz|metrics)(\/|$)/

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()

self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url)
  if (event.request.mode !== 'navigate' || origin !== location.origin || SERVED.test(pathname)) return
  event.respondWith(shell(event.request))
})

/** Every screen is the same page; the network is asked only where that page is not kept. */
async function shell(request: Request): Promise<Response> {
  return (await matchPrecache('/index.html')) ?? fetch(request)
}

// A new version waits until people ask for it.
self.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
