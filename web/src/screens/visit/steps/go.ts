/** Going on to another step of the same visit. */
import { nextTick } from 'vue'
import { useRouter } from 'vue-router'
import type { Step } from '../../../parts/visit/steps'

/** A function that shows another step of a visit. */
export function useGo(): (visitId: string, step: Step | 'progress') => Promise<unknown> {
  const router = useRouter()
  return (visitId, step) => router.replace(`/visit/${visitId}/${step}`)
}

/** Shows the top of the step again, where what was just done stands. */
export async function toTop(): Promise<void> {
  await nextTick()
  document.querySelector('.pane-detail .scroll')?.scrollTo({ top: 0 })
}
