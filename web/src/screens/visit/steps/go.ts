/** Going on to another step of the same visit. */
import { useRouter } from 'vue-router'
import type { Step } from '../../../parts/visit/steps'

/** A function that shows another step of a visit. */
export function useGo(): (visitId: string, step: Step | 'progress') => Promise<unknown> {
  const router = useRouter()
  return (visitId, step) => router.replace(`/visit/${visitId}/${step}`)
}
