/** Putting the app on the home screen: there the browser keeps its data for good, and it opens like any other app. */
import { ref } from 'vue'

/** Chromium's own offer, kept until somebody wants it. */
interface Offer extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>
}

let offer: Offer | null = null
const standalone = window.matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true
const apple = /iPad|iPhone/.test(navigator.userAgent) || (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1)

/** What can be done about it: nothing more, one tap, a way by hand on an iPad, or a way by hand elsewhere. */
export const installing = ref<'done' | 'offer' | 'apple' | 'menu'>(standalone ? 'done' : apple ? 'apple' : 'menu')

/** Keeps the browser's offer from popping up by itself. */
export function keepOffer(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    offer = event as Offer
    installing.value = 'offer'
  })
  addEventListener('appinstalled', () => (installing.value = 'done'))
}

/** Shows the browser's own question. */
export async function install(): Promise<void> {
  await offer?.prompt()
}
