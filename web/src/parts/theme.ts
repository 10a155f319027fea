/** Day, night and sunlight: which colours the screens wear. */
import { ref, watchEffect } from 'vue'

/** `auto` follows the device; `sun` is black on white for the yard at noon. */
export type Theme = 'auto' | 'light' | 'dark' | 'sun'

const STORED = 'jieche.theme'
const night = window.matchMedia('(prefers-color-scheme: dark)')
const dark = ref(night.matches)
night.addEventListener('change', (event) => (dark.value = event.matches))

/** The person's choice on this tablet. */
export const theme = ref<Theme>((localStorage.getItem(STORED) as Theme | null) ?? 'auto')

/** Keeps the page in the chosen colours from now on. */
export function wearTheme(): void {
  watchEffect(() => {
    localStorage.setItem(STORED, theme.value)
    document.documentElement.dataset.theme = theme.value === 'auto' ? (dark.value ? 'dark' : 'light') : theme.value
  })
}
