/** Fingers, mouse and wheel on a picture: pinch, double tap and wheel enlarge, a drag moves it, a swipe turns to the next. */
import { ref, type Ref } from 'vue'
import { kept, WHOLE, zoomed, type View } from './zoom'

interface Point {
  x: number
  y: number
}

const SWIPE_PX = 56
const STILL_PX = 10
const DOUBLE_MS = 320
const CLOSER = 2.5
const WHEEL = 0.002

/** `turn` is told 1 for the next and -1 for the one before; `turned` when the frame stands on its head. */
export function useGestures(frame: Readonly<Ref<HTMLElement | null>>, turned: () => boolean, turn: (by: number) => void) {
  const view = ref<View>(WHOLE)
  const drag = ref(0)
  const fingers = new Map<number, Point>()
  let began: Point | null = null
  let tapped: { at: number; point: Point } | null = null

  const point = (event: MouseEvent): Point => {
    const box = frame.value!.getBoundingClientRect()
    const sign = turned() ? -1 : 1
    return { x: sign * (event.clientX - box.left - box.width / 2), y: sign * (event.clientY - box.top - box.height / 2) }
  }
  const show = (next: View): void => {
    view.value = kept(next, { width: frame.value!.clientWidth, height: frame.value!.clientHeight })
  }
  const zoom = (by: number, about: Point = { x: 0, y: 0 }): void => show(zoomed(view.value, by, about))
  const reset = (): void => {
    view.value = WHOLE
    drag.value = 0
  }

  function down(event: PointerEvent): void {
    frame.value!.setPointerCapture(event.pointerId)
    fingers.set(event.pointerId, point(event))
    began = fingers.size === 1 ? point(event) : null
    drag.value = 0
  }

  function move(event: PointerEvent): void {
    const before = fingers.get(event.pointerId)
    if (!before) return
    const now = point(event)
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1]
    if (other) zoom(apart(now, other) / Math.max(1, apart(before, other)), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 })
    else if (view.value.scale > 1) show({ ...view.value, x: view.value.x + now.x - before.x, y: view.value.y + now.y - before.y })
    else if (began) drag.value = now.x - began.x
    fingers.set(event.pointerId, now)
  }

  function up(event: PointerEvent): void {
    const from = began
    fingers.delete(event.pointerId)
    began = null
    const swiped = drag.value
    drag.value = 0
    if (!from || event.type === 'pointercancel') return
    const at = point(event)
    if (apart(at, from) < STILL_PX) tap(event.timeStamp, at)
    else if (view.value.scale === 1 && Math.abs(swiped) > SWIPE_PX) turn(swiped < 0 ? 1 : -1)
  }

  function tap(at: number, where: Point): void {
    const twice = tapped && at - tapped.at < DOUBLE_MS && apart(where, tapped.point) < 4 * STILL_PX
    tapped = twice ? null : { at, point: where }
    if (twice && view.value.scale > 1) reset()
    else if (twice) zoom(CLOSER, where)
  }

  const wheel = (event: WheelEvent): void => zoom(Math.exp(-event.deltaY * WHEEL), point(event))
  return { view, drag, zoom, reset, down, move, up, wheel }
}

const apart = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)
