/** Enlarging a picture about a point: what lies under the finger stays there. Lengths in pixels from the middle of the frame. */

export interface View {
  scale: number
  x: number
  y: number
}

export interface Size {
  width: number
  height: number
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 }
const MOST = 6

/** The view enlarged `by` about a point, never smaller than the whole picture. */
export function zoomed(view: View, by: number, about: { x: number; y: number }): View {
  const scale = Math.min(MOST, Math.max(1, view.scale * by))
  const grown = scale / view.scale
  if (scale === 1) return WHOLE
  return { scale, x: about.x - (about.x - view.x) * grown, y: about.y - (about.y - view.y) * grown }
}

/** The view moved back so far that the picture's edges do not come further in than those of the frame. */
export function kept({ scale, x, y }: View, frame: Size): View {
  const [right, down] = [(frame.width * (scale - 1)) / 2, (frame.height * (scale - 1)) / 2]
  return { scale, x: Math.min(right, Math.max(-right, x)), y: Math.min(down, Math.max(-down, y)) }
}
