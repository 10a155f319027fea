/** The service worker of the customer's page: shows messages, opens the page, and renews a subscription that was replaced. */
declare const self: ServiceWorkerGlobalScope

interface Action {
  action: string
  title: string
}
interface Message {
  title: string
  body: string
  url: string
  tag?: string
  event?: string
  silent?: boolean
  message_id?: string
  expires_at?: string
  actions?: Action[]
}

const PAGES = 'jieche-pages'
const SHOWN = 'jieche-shown'
const REMEMBERED = 200
const SEE: Action = { action: 'see', title: '查看' }
const APPROVE: Action = { action: 'approve', title: '同意' }
const DECISION = 'asks'

self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

// One after the other: two copies of a message that come at once must not both find that none was shown.
let queue: Promise<unknown> = Promise.resolve()

self.addEventListener('push', (event) => {
  const message = event.data?.json() as Message | undefined
  if (!message) return
  queue = queue.then(() => receive(message)).catch(() => undefined)
  event.waitUntil(queue)
})

/** Shows a message once, unless its time is over, and tells the server that it was shown. */
async function receive(message: Message): Promise<void> {
  if (message.expires_at && Date.parse(message.expires_at) <= Date.now()) return
  const { message_id: id, url } = message
  const shown = await caches.open(SHOWN)
  if (!id || !(await shown.match(keyOf(id)))) {
    await show(message)
    if (id) await remember(shown, id)
  }
  if (id) await acknowledge(url, id)
}

const keyOf = (id: string): string => `/c/shown/${id}`

async function remember(shown: Cache, id: string): Promise<void> {
  await shown.put(keyOf(id), new Response())
  const known = await shown.keys()
  await Promise.all(known.slice(0, Math.max(0, known.length - REMEMBERED)).map((old) => shown.delete(old)))
}

function show(message: Message): Promise<void> {
  const { title, body, url, tag, event, silent } = message
  const options = {
    body,
    data: { url, event },
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    lang: 'zh-CN',
    actions: message.actions ?? (event === 'estimate' ? [SEE, APPROVE] : [SEE]),
    silent: silent ?? false,
    ...(tag && { tag, renotify: !silent }),
  }
  return self.registration.showNotification(title, options)
}

/** Best effort: a phone without a line has shown it all the same. */
async function acknowledge(url: string, id: string): Promise<void> {
  const page = new URL(url, self.location.origin)
  await post(page.origin + page.pathname, 'push.acknowledge', { message_id: id }).catch(() => undefined)
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { url, event: about } = event.notification.data as { url: string; event?: string }
  // "Approve" never approves blindly: it opens the page where the decision is made.
  const decides = about === 'estimate' || event.action === APPROVE.action
  event.waitUntil(open(new URL(url, self.location.origin).pathname, decides ? DECISION : ''))
})

/** Brings the page to the front at a place of it, or opens it there. */
async function open(path: string, place: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = windows.find((each) => new URL(each.url).pathname === path)
  if (!page) return void (await self.clients.openWindow(place ? `${path}#${place}` : path))
  page.postMessage({ show: place || 'hero' })
  await page.focus()
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
  const body = JSON.stringify({ id: uuid(), name, fields })
  return fetch(`${page}/commands`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
}

/** A random UUID (`crypto.randomUUID` is newer than these phones). */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export {}
