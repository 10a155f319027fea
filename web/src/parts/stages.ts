/** How the stages of a visit look: an icon beside each word, and the order in which people read them. */
import type { Stage } from '../gen/wire'
import type { IconName } from './icons'

/** The stages of a car in the shop, in reading order. */
export const OPEN_STAGES: readonly Stage[] = [
  'checked_in',
  'assigned',
  'diagnosing',
  'awaiting_approval',
  'awaiting_parts',
  'repairing',
  'quality_check',
  'settling',
  'ready',
]

/** The icon of each stage. */
export const STAGE_ICONS: Record<Stage, IconName> = {
  checked_in: 'reception',
  assigned: 'people',
  diagnosing: 'stethoscope',
  awaiting_approval: 'chat',
  awaiting_parts: 'box',
  repairing: 'wrench',
  quality_check: 'shield',
  settling: 'money',
  ready: 'flag',
  handed_over: 'check',
  cancelled: 'close',
}

/** Whether the car is still in the shop. */
export const isOpen = (stage: Stage): boolean => OPEN_STAGES.includes(stage)

/** Whether `stage` comes after `other` in the order of a visit; cancelled comes after all. */
export const isPast = (stage: Stage, other: Stage): boolean => rank(stage) > rank(other)

const rank = (stage: Stage): number => {
  const at = OPEN_STAGES.indexOf(stage)
  return at < 0 ? OPEN_STAGES.length : at
}
