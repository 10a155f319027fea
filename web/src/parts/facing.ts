/**
 * While the tablet lies in front of a customer it stays on one page: no back gesture leads away from there, and a reload comes
 * back to it. Kept as long as the window lives.
 */
import type { NavigationGuardReturn, RouteLocationNormalized } from 'vue-router'

const KEY = 'jieche.facing'
let held = sessionStorage.getItem(KEY)
let shown = false

/** From now on nothing leads away from this page. */
export function hold(path: string): void {
  held = path
  sessionStorage.setItem(KEY, path)
}

/** The page is there, for the customer to see. */
export function isShown(): void {
  shown = true
}

/** Every way is open again. */
export function release(): void {
  held = null
  shown = false
  sessionStorage.removeItem(KEY)
}

/** The router's guard. A page that has nothing to show, because the visit is gone, keeps nobody. */
export function stay(to: RouteLocationNormalized, from: RouteLocationNormalized): NavigationGuardReturn {
  if (!held || to.meta.open || to.fullPath === held) return true
  if (from.fullPath !== held) return held
  if (shown) return false
  release()
  return true
}
