/** When the tablet locks itself: after a time in which nobody touched it, also over a restart and in every tab. */
import { ref, watch } from 'vue'
import { session } from '../../sync'

/** Minutes without a touch; 0 is never. */
export const LOCK_AFTER = [1, 5, 15, 0] as const
export type LockAfter = (typeof LOCK_AFTER)[number]

const CHOSEN = 'jieche.lock_after'
const TOUCHED = 'jieche.touched'
const [MINUTE, LOOK_MS, NOTE_MS] = [60_000, 5_000, 2_000]

const chosen = Number(localStorage.getItem(CHOSEN) ?? 5)
/** This tablet's choice. */
export const lockAfter = ref<LockAfter>(LOCK_AFTER.find((minutes) => minutes === chosen) ?? 5)
watch(lockAfter, (minutes) => localStorage.setItem(CHOSEN, String(minutes)))

let noted = 0
function touched(): void {
  if (session.state.locked || Date.now() - noted < NOTE_MS) return
  noted = Date.now()
  localStorage.setItem(TOUCHED, String(noted))
}

async function look(): Promise<void> {
  if (!session.state.user || session.state.locked || !lockAfter.value) return
  const last = Number(localStorage.getItem(TOUCHED) ?? Date.now())
  if (Math.abs(Date.now() - last) > lockAfter.value * MINUTE) await session.lock()
}

/** Watches over the tablet from now on; wait for it, so that a tablet that lay around starts locked. */
export async function guardTablet(): Promise<void> {
  await look()
  touched()
  for (const kind of ['pointerdown', 'keydown', 'wheel'] as const) addEventListener(kind, touched, { capture: true, passive: true })
  watch(() => session.state.locked, (locked) => !locked && touched())
  setInterval(() => void look(), LOOK_MS)
  document.addEventListener('visibilitychange', () => void look())
}
