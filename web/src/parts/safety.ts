/** Whether the work on this tablet is safe, in few words. */
import { computed } from 'vue'
import { session, status } from '../sync'
import { t } from '../i18n'
import { clock } from './clock'

/** Commands and photos that the server does not have yet. */
export const waiting = computed(() => status.unsent + status.photosToSend)

/** How it stands, the gravest first; `kind` colours it, the icon tells it apart without colour. */
export const safety = computed(() => {
  if (session.state.expired) return { kind: 'needs', icon: 'warn', text: t('status.sign_in') } as const
  if (status.problem?.code === 'app_too_old') return { kind: 'needs', icon: 'warn', text: t('status.update') } as const
  if (status.problem) return { kind: 'needs', icon: 'warn', text: t('status.problem') } as const
  if (status.offlineSince) {
    const text = t('status.offline', { at: clock(status.offlineSince) })
    return { kind: 'offline', icon: 'offline', text } as const
  }
  if (waiting.value) return { kind: 'unsent', icon: 'unsent', text: t('status.unsent', { n: waiting.value }) } as const
  if (status.reviewsMine) return { kind: 'needs', icon: 'warn', text: t('status.needs_you', { n: status.reviewsMine }) } as const
  return { kind: 'sent', icon: 'sent', text: t('status.sent') } as const
})
