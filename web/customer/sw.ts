/** The service worker of the customer's page: shows messages, opens the page, and renews a subscription that was replaced. */
declare const self: ServiceWorkerGlobalScope

interface Message {
  title: string
  body: string
  url: string
  tag?: string
  event?: string
}

const PAGES = 'jieche-pages'
const ACTIONS: Record<string, string> = { estimate: '查看并确认', document: '查看交车单' }

self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('push', (event) => {
  const message = event.data?.json() as Message | undefined
  if (!message) return
  const options = {
    body: message.body,
    data: { url: message.url },
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    lang: 'zh-CN',
    actions: [{ action: 'open', title: ACTIONS[message.event ?? ''] ?? '查看进度' }],
    ...(message.tag && { tag: message.tag, renotify: true }),
  }
  event.waitUntil(self.registration.showNotification(message.title, options))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { url } = event.notification.data as { url: string }
  event.waitUntil(open(new URL(url, self.location.origin).pathname))
})

/** Brings the page to the front, or opens it. */
async function open(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = windows.find((each) => new URL(each.url).pathname === path)
  await (page ? page.focus() : self.clients.openWindow(path))
}

// The pages that subscribed: a worker has no address of its own, and needs theirs to renew a subscription.
self.addEventListener('message', (event) => {
  const { base } = event.data as { base: string }
  event.waitUntil(caches.open(PAGES).then((cache) => cache.put(base, new Response())))
})

self.addEventListener('pushsubscriptionchange', (event) => {
  const change = event as ExtendableEvent & { oldSubscription?: PushSubscription }
  change.waitUntil(renew(change.oldSubscription?.endpoint))
})

async function renew(old: string | undefined): Promise<void> {
  const { key } = (await (await fetch('/push/key')).json()) as { key: string }
  const fresh = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const { endpoint, keys } = fresh.toJSON()
  for (const { url } of await (await caches.open(PAGES)).keys()) {
    await post(url, 'push.subscribe', { endpoint, keys })
    if (old) await post(url, 'push.unsubscribe', { endpoint: old })
  }
}

function post(page: string, name: string, fields: object): Promise<Response> {
  const body = JSON.stringify({ id: crypto.randomUUID(), name, fields })
  return fetch(`${page}/commands`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
}

export {}
