/** What the server wrote into the page for the script: its address, its visit, the words that only the script says. */

/** The page's address without query, such as `/c/…`. */
export const base = document.body.dataset['base'] ?? location.pathname

/** The visit's id. */
export const visit = document.body.dataset['visit'] ?? ''

/** Whether the digits of the phone were not named on this device. */
export const locked = 'locked' in document.body.dataset

const spoken = JSON.parse(document.getElementById('spoken')?.textContent ?? '{}') as Record<string, string>

/** What the script says under this key, in the page's language. */
export const words = (key: string): string => spoken[key] ?? ''

/** Waits. */
export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** A notice about a form is for this moment: the next fetch shows the page without it. */
export function forgetNotice(): void {
  if (!location.search.includes('said=')) return
  const query = location.search.replace(/[?&]said=\w*/, '').replace(/^&/, '?')
  history.replaceState(null, '', base + query + location.hash)
}
