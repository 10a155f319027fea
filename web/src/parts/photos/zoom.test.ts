import { expect, test } from 'vitest'
import { kept, WHOLE, zoomed } from './zoom'

const FRAME = { width: 400, height: 300 }

test('what lies under the finger stays there', () => {
  const finger = { x: 100, y: -50 }
  const view = zoomed(zoomed(WHOLE, 2, finger), 1.5, finger)
  const shown = { x: (finger.x - view.x) / view.scale, y: (finger.y - view.y) / view.scale }
  expect(view.scale).toBe(3)
  expect(shown).toEqual(finger)
})

test('a picture is never smaller than whole, and six times as large at most', () => {
  expect(zoomed({ scale: 1.5, x: 40, y: 10 }, 0.1, { x: 0, y: 0 })).toEqual(WHOLE)
  expect(zoomed(WHOLE, 100, { x: 0, y: 0 }).scale).toBe(6)
})

test('a picture is not dragged out of its frame', () => {
  expect(kept({ scale: 2, x: 900, y: -900 }, FRAME)).toEqual({ scale: 2, x: 200, y: -150 })
})
