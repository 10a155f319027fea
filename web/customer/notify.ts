/** Web push: offered once the page is there, honest when it cannot work, never needed to see the progress. */
import { base, pause, visit, words } from './page'
import { send } from './send'

const STORED = `jieche.page.push.${visit}`
const PATIENCE = 8000

const card = (): HTMLElement | null => document.getElementById('notify')
const can = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
const iPhone = (): boolean => /iPhone|iPad/.test(navigator.userAgent) && !matchMedia('(display-mode: standalone)').matches

/** Shows the button, or that this phone is already told. */
export async function offerPush(): Promise<void> {
  const offer = card()
  if (!offer) return
  offer.hidden = false
  const [start, stop] = offer.querySelectorAll('button')
  start?.addEventListener('click', () => void ask(begin))
  stop?.addEventListener('click', () => void ask(end))
  const registration = can() ? await navigator.serviceWorker.getRegistration('/c/') : undefined
  const subscription = await registration?.pushManager.getSubscription().catch(() => null)
  show(!!subscription && localStorage.getItem(STORED) === subscription.endpoint)
}

async function ask(what: () => Promise<string>): Promise<void> {
  const buttons = [...(card()?.querySelectorAll('button') ?? [])]
  buttons.forEach((button) => (button.disabled = true))
  explain(await what().catch(() => words('push_failed')))
  buttons.forEach((button) => (button.disabled = false))
}

/** Subscribes this browser to the visit; gives what to explain, or nothing. */
async function begin(): Promise<string> {
  if (!can()) return words(iPhone() ? 'push_install' : 'push_cannot')
  if ((await Notification.requestPermission()) !== 'granted') return words('push_denied')
  const registration = await navigator.serviceWorker.register('/c/sw.js', { scope: '/c/' })
  // Where the push service is unreachable, subscribing never ends by itself.
  const subscription = await Promise.race([subscribe(registration), pause(PATIENCE)])
  if (!subscription) return words('push_failed')
  const { endpoint, keys } = subscription.toJSON()
  const result = await send('push.subscribe', { endpoint, keys })
  if (result === 'rejected') return words('refused')
  registration.active?.postMessage({ base })
  localStorage.setItem(STORED, subscription.endpoint)
  show(true)
  return ''
}

async function subscribe({ pushManager }: ServiceWorkerRegistration): Promise<PushSubscription> {
  await navigator.serviceWorker.ready
  const { key } = (await (await fetch('/push/key')).json()) as { key: string }
  const options = { userVisibleOnly: true, applicationServerKey: key }
  try {
    return await pushManager.subscribe(options)
  } catch (error) {
    // A subscription made for an older key of the server stands in the way.
    const old = await pushManager.getSubscription()
    if (!old) throw error
    await old.unsubscribe()
    return pushManager.subscribe(options)
  }
}

/** Ends it for this visit; other visits of this browser are still told. */
async function end(): Promise<string> {
  const endpoint = localStorage.getItem(STORED)
  if (endpoint && (await send('push.unsubscribe', { endpoint })) === 'rejected') return words('refused')
  localStorage.removeItem(STORED)
  show(false)
  return ''
}

function show(told: boolean): void {
  card()?.classList.toggle('is-told', told)
  card()?.querySelector('.told')?.toggleAttribute('hidden', !told)
}

function explain(text: string): void {
  const why = card()?.querySelector('.why')
  if (why && text) why.textContent = text
}
