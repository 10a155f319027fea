/**
 * The car as a paper unfolding: right side on top (turned over), the view from above, left side below; the front points left.
 * Drawn on an 800 × 560 grid, a saloon and a tall car with the same panels; a panel's word is `panel.<id>`.
 */
import { SEDAN } from './sedan'
import { SUV } from './suv'

/** Width and height of the drawing's grid. */
export const WIDTH = 800
export const HEIGHT = 560

/** The shapes of cars that there are drawings of. */
export type Body = 'sedan' | 'suv'

/** One touchable shape; several shapes may belong to one panel. `centre` is in grid units. */
export interface Shape {
  panel: string
  d: string
  centre: readonly [number, number]
  glass?: boolean
}

/** A shape of the side view: it is the left or the right one, unless the panel goes across the `whole` car. */
export type SideShape = Shape & { whole?: boolean }

/** What is drawn once for a body: one side, the view from above, and the lines that are only there to be seen. */
export interface Drawing {
  side: readonly SideShape[]
  sideLines: readonly string[]
  above: readonly Shape[]
  aboveLines: readonly string[]
}

/** One of the three views, and how it is moved onto the grid. */
export interface View {
  name: 'right' | 'above' | 'left'
  transform?: string
  shapes: readonly Shape[]
  lines: readonly string[]
}

const SIDE_TOP = 405
const FLIPPED_TOP = 155

const sideOf = ({ side }: Drawing, hand: 'left' | 'right'): Shape[] =>
  side.map(({ whole, panel, centre: [x, y], ...shape }) => ({
    ...shape,
    panel: whole ? panel : `${hand}_${panel}`,
    centre: [x, hand === 'left' ? SIDE_TOP + y : FLIPPED_TOP - y] as const,
  }))

const unfolded = (drawing: Drawing): readonly View[] => [
  { name: 'right', transform: `translate(0 ${FLIPPED_TOP}) scale(1 -1)`, shapes: sideOf(drawing, 'right'), lines: drawing.sideLines },
  { name: 'above', shapes: drawing.above, lines: drawing.aboveLines },
  { name: 'left', transform: `translate(0 ${SIDE_TOP})`, shapes: sideOf(drawing, 'left'), lines: drawing.sideLines },
]

/** The views of each body. */
export const VIEWS: Record<Body, readonly View[]> = { sedan: unfolded(SEDAN), suv: unfolded(SUV) }

const all = (body: Body): readonly Shape[] => VIEWS[body].flatMap((view) => view.shapes)

/** The ids of all panels, in drawing order. */
export const PANELS: readonly string[] = [...new Set(all('sedan').map((shape) => shape.panel))]

/** The centre of a panel as shares (0–1) of the drawing. */
export function centreOf(panel: string, body: Body = 'sedan'): { x: number; y: number } {
  const [x, y] = all(body).find((shape) => shape.panel === panel)?.centre ?? [WIDTH / 2, HEIGHT / 2]
  return { x: x / WIDTH, y: y / HEIGHT }
}

/** The panel whose middle lies nearest to a point given in shares: a finger that misses by a little still means it. */
export function nearestPanel(x: number, y: number, body: Body = 'sedan'): string {
  const away = ({ centre: [cx, cy] }: Shape) => Math.hypot(cx - x * WIDTH, cy - y * HEIGHT)
  return all(body).reduce((best, shape) => (away(shape) < away(best) ? shape : best)).panel
}
