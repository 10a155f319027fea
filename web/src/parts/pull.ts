/** Pull down to refresh: a finger at the top of a list pulls; letting go far enough down asks for it. */
import { onScopeDispose, ref, watch, type Ref } from 'vue'

const [FAR_PX, MOST_PX] = [56, 84]

/** How far the list is pulled, in px, and whether letting go would refresh. */
export function usePull(list: Readonly<Ref<HTMLElement | null>>, refresh: () => void): { pulled: Ref<number>; far: () => boolean } {
  const pulled = ref(0)
  let start: number | null = null
  const far = (): boolean => pulled.value >= FAR_PX

  const begin = ({ touches }: TouchEvent): void => {
    start = list.value?.scrollTop === 0 && touches.length === 1 ? touches[0]!.clientY : null
  }
  const move = ({ touches }: TouchEvent): void => {
    if (start !== null) pulled.value = Math.min(MOST_PX, Math.max(0, (touches[0]!.clientY - start) / 2))
  }
  const end = (): void => {
    if (far()) refresh()
    start = null
    pulled.value = 0
  }
  const hands = { touchstart: begin, touchmove: move, touchend: end, touchcancel: end } as const
  const each = (element: HTMLElement | null | undefined, what: 'addEventListener' | 'removeEventListener'): void => {
    for (const [kind, hand] of Object.entries(hands)) element?.[what](kind, hand as EventListener, { passive: true })
  }
  watch(list, (now, before) => {
    each(before, 'removeEventListener')
    each(now, 'addEventListener')
  }, { immediate: true, flush: 'post' })
  onScopeDispose(() => each(list.value, 'removeEventListener'))
  return { pulled, far }
}
