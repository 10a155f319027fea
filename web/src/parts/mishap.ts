/** When a tap could not be kept: the person hears it at once, in words, and the message stays until it is read. */
import type { App } from 'vue'
import { isFull, Refused } from '../sync'
import { t } from '../i18n'
import { warn } from './toast'

/** What went wrong, as the screens say it. */
export function wordsOf(error: unknown): string {
  if (isFull(error)) return t('mishap.full')
  if (error instanceof RangeError && error.message === 'command_too_large') return t('mishap.too_large')
  if (error instanceof Refused && error.code === 'signed_out') return t('mishap.signed_out')
  return t('mishap.unsaved')
}

/** Tells whatever a screen did not catch; what is not foreseen is also reported as the error that it is. */
export function tellMishaps(app: App): void {
  app.config.errorHandler = (error) => {
    warn(wordsOf(error))
    if (!isFull(error)) reportError(error)
  }
}
