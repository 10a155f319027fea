/** The app by keyboard: 1 to 6 go to the tabs, `/` to the search, `r` asks the server; a new screen takes the focus. */
import { nextTick } from 'vue'
import type { Router } from 'vue-router'
import { session, syncNow } from '../sync'
import { PLACES } from './places'

const FIELDS = 'input, textarea, select, [contenteditable=true]'
const SEARCH = 'main input[type=search], main [role=combobox], main input[data-testid$=search]'
const HEADINGS = ['.has-detail .pane-detail h1', '.has-detail .pane-detail h2', 'main h1', '.top h1', '#main']

const shown = (element: HTMLElement): boolean => element.offsetParent !== null
const first = (selector: string): HTMLElement | undefined => [...document.querySelectorAll<HTMLElement>(selector)].find(shown)

/** Listens from now on, and moves the focus with the screens. */
export function useKeys(router: Router): void {
  addEventListener('keydown', (event) => void onKey(router, event))
  router.afterEach((to, from) => {
    if (from.matched.length && to.path !== from.path) void focusScreen()
  })
}

async function onKey(router: Router, event: KeyboardEvent): Promise<void> {
  const away = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || session.state.locked
  if (away || router.currentRoute.value.meta.open || (event.target as Element).closest?.(FIELDS)) return
  if (document.querySelector('dialog[open]')) return
  const place = PLACES[Number(event.key) - 1]
  if (place) await router.push(place.path)
  else if (event.key === 'r') await syncNow()
  else if (event.key === '/') {
    event.preventDefault()
    if (!first(SEARCH)) await router.push('/reception')
    await drawn()
    first(SEARCH)?.focus()
  }
}

/** A screen reader hears the new screen's name; a field that took the focus, or a line of steps in use, keeps it. */
async function focusScreen(): Promise<void> {
  await drawn()
  if (document.activeElement?.matches(FIELDS) || document.activeElement?.closest('main nav, dialog')) return
  const heading = HEADINGS.map(first).find(Boolean)
  heading?.setAttribute('tabindex', '-1')
  heading?.focus({ preventScroll: true })
}

const drawn = async (): Promise<void> => {
  await nextTick()
  await new Promise((next) => requestAnimationFrame(next))
}
