/** Keeps the page as the shop sees it: the live line rings, and a slow timer asks in case nobody can ring. */
import { morph } from './morph'
import { base, locked } from './page'

const SLOWLY = 120_000
const OFTEN = 15_000
const RECONNECT = 20_000

/** The ETag of what is shown; of the page that was opened it came as `Server-Timing`, which a script can read. */
let tag = tagOfOpening()
let asking: Promise<void> | undefined
let again = false
let source: EventSource | undefined

/** Fetches the page and shows what changed; calls meanwhile are one more fetch after it. */
export function refresh(): Promise<void> {
  if (asking) {
    again = true
    return asking
  }
  asking = fetchPage()
    .catch(() => undefined)
    .then(() => {
      asking = undefined
      if (!again) return undefined
      again = false
      return refresh()
    })
  return asking
}

async function fetchPage(): Promise<void> {
  const answer = await fetch(base + location.search, { headers: { Accept: 'text/html', ...(tag && { 'If-None-Match': tag }) } })
  if (answer.status === 404) {
    source?.close()
    location.reload()
  }
  if (answer.status !== 200) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  // Another tab named the digits, or the link was made anew: everything on the page is another then.
  if ('locked' in fresh.body.dataset !== locked) return location.reload()
  for (const part of ['header', 'main', 'footer']) {
    const [old, wanted] = [document.querySelector(part), fresh.querySelector(part)]
    if (old && wanted) morph(old, wanted)
  }
  document.title = fresh.title
  tag = answer.headers.get('ETag') ?? ''
}

/** Starts the live line and the timer; a page that nobody looks at holds no connection. */
export function keepFresh(): void {
  watch()
  const tick = (): void => {
    if (isSeen()) void refresh()
    setTimeout(tick, source?.readyState === EventSource.OPEN ? SLOWLY : OFTEN)
  }
  setTimeout(tick, OFTEN)
  document.addEventListener('visibilitychange', watch)
  addEventListener('online', () => void refresh())
}

/** A notification that was touched while the page is open: the worker brings it to the front, we show the place. */
export function listenToWorker(): void {
  navigator.serviceWorker?.addEventListener('message', (event) => {
    const { show } = event.data as { show?: string }
    if (show) void refresh().then(() => goTo(show))
  })
}

function goTo(id: string): void {
  const place = document.getElementById(id)
  if (!place) return
  place.tabIndex = -1
  place.focus({ preventScroll: true })
  place.scrollIntoView()
}

function tagOfOpening(): string {
  const [opening] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  const said = opening?.serverTiming?.find(({ name }) => name === 'page')?.description
  return said ? `"${said}"` : ''
}

const isSeen = (): boolean => document.visibilityState === 'visible'

function watch(): void {
  source?.close()
  source = undefined
  if (isSeen()) connect()
}

function connect(): void {
  const line = new EventSource(`${base}/live`)
  source = line
  // It rings at once when the line stands, so nothing that happened in between is missed.
  line.addEventListener('changed', () => void refresh())
  line.addEventListener('error', () => {
    // A dropped line is made again by the browser; a refused one only by us.
    if (line.readyState === EventSource.CLOSED) setTimeout(() => line === source && connect(), RECONNECT)
  })
}
