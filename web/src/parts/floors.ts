/** What lies along the lower edge and must stay free: bars of actions, an editor above them. A message stands on top of it. */
import { ref, type Directive } from 'vue'

const GAP = 12
const floors = new Set<HTMLElement>()
let observer: ResizeObserver | undefined

/** Counts every change of the floors; read it to measure again. */
export const moved = ref(0)

/** Marks an element as such a floor: `<footer v-floor>`. */
export const vFloor: Directive<HTMLElement> = {
  mounted(element) {
    observer ??= new ResizeObserver(() => moved.value++)
    floors.add(element)
    observer.observe(element)
    if (element.parentElement) observer.observe(element.parentElement)
  },
  beforeUnmount(element) {
    floors.delete(element)
    observer?.unobserve(element)
    if (element.parentElement) observer?.unobserve(element.parentElement)
    moved.value++
  },
}

/** How far above the lower edge of the window something as high as `box` is clear of every floor in its layer. */
export function clearOf(layer: HTMLElement, box: DOMRect): number {
  const rects = [...floors]
    .filter((floor) => (floor.closest('dialog') ?? document.body) === layer)
    .map((floor) => floor.getBoundingClientRect())
    .filter((rect) => rect.height > 0 && rect.left < box.right && rect.right > box.left)
    .sort((a, b) => b.bottom - a.bottom)
  let above = GAP
  for (const rect of rects) {
    const edge = innerHeight - above
    if (rect.top < edge && rect.bottom > edge - box.height) above = innerHeight - rect.top + GAP
  }
  return Math.min(above, innerHeight - box.height - GAP)
}
