/** A saloon, drawn for this product; the same lines stand in the document's drawing (server/documents/car.svg). */
import type { Drawing, Shape, SideShape } from './panels'

const SIDE: readonly SideShape[] = [
  { panel: 'headlight', d: 'M44 72C60 66 88 64 110 66L103 80C84 82 62 82 42 80Z', centre: [76, 73], glass: true },
  { panel: 'front_bumper', whole: true, d: 'M40 85C62 87 90 87 106 84L120 86C124 95 124 104 124 113H46C34 108 33 94 40 85Z', centre: [80, 99] },
  { panel: 'front_fender', d: 'M115 66L249 50L262 109H208A43 43 0 0 0 126 93L110 82Z', centre: [222, 72] },
  { panel: 'front_door', d: 'M255 50L398 47L400 109H268Z', centre: [332, 78] },
  { panel: 'rear_door', d: 'M404 47L556 46L566 72C574 82 580 92 583 109H406Z', centre: [480, 78] },
  { panel: 'rear_fender', d: 'M562 46L644 43L742 51L731 84L724 109H668A43 43 0 0 0 587 91C581 83 575 77 571 70Z', centre: [668, 66] },
  { panel: 'taillight', d: 'M747 52L764 61L767 79L735 83Z', centre: [753, 69], glass: true },
  { panel: 'rear_bumper', whole: true, d: 'M734 87L768 83C775 93 773 106 764 113H728Z', centre: [750, 100] },
  { panel: 'sill', d: 'M210 113H582L579 126H213Z', centre: [396, 119] },
  { panel: 'window', d: 'M268 44L346 15C350 14 356 13 396 12V42Z', centre: [354, 32], glass: true },
  { panel: 'window', d: 'M403 12H496C528 15 560 27 584 40L403 42Z', centre: [480, 29], glass: true },
  { panel: 'front_wheel', d: 'M131 112a35 35 0 1 0 70 0a35 35 0 1 0-70 0Z', centre: [166, 112] },
  { panel: 'rear_wheel', d: 'M591 112a35 35 0 1 0 70 0a35 35 0 1 0-70 0Z', centre: [626, 112] },
]

/** Lines of the side view that are only there to be seen. */
const SIDE_LINES: readonly string[] = [
  'M40 85C42 76 48 71 60 67L250 47L342 11C356 8 470 6 500 8C556 12 600 30 644 41L744 50L766 60C776 78 774 104 764 114',
  'M151 112a15 15 0 1 0 30 0a15 15 0 1 0-30 0',
  'M611 112a15 15 0 1 0 30 0a15 15 0 1 0-30 0',
  'M366 58H388',
  'M522 57H544',
]

const ABOVE: readonly Shape[] = [
  { panel: 'front_bumper', d: 'M56 190C28 215 28 345 56 370L73 367C52 335 52 225 73 193Z', centre: [46, 280] },
  { panel: 'hood', d: 'M78 193C58 230 58 330 78 367L245 372C230 330 230 230 245 188Z', centre: [150, 280] },
  { panel: 'windshield', d: 'M250 189C236 232 236 328 250 371L330 350C321 320 321 240 330 210Z', centre: [284, 280], glass: true },
  { panel: 'roof', d: 'M335 211C326 240 326 320 335 349H527C534 320 534 240 527 211Z', centre: [430, 280] },
  { panel: 'rear_window', d: 'M532 211C539 240 539 320 532 349L604 366C614 325 614 235 604 194Z', centre: [572, 280], glass: true },
  { panel: 'trunk', d: 'M609 192C619 235 619 325 609 368L728 362C739 330 739 230 728 198Z', centre: [672, 280] },
  { panel: 'rear_bumper', d: 'M733 198C744 230 744 330 733 362L749 364C774 340 774 220 749 196Z', centre: [752, 280] },
  { panel: 'right_mirror', d: 'M288 180L298 163C306 159 316 160 320 165L315 184Z', centre: [304, 172] },
  { panel: 'left_mirror', d: 'M288 380L298 397C306 401 316 400 320 395L315 376Z', centre: [304, 388] },
]

/** Lines of the view from above that are only there to be seen. */
const ABOVE_LINES: readonly string[] = [
  'M56 190C120 180 190 184 245 184L334 188H528L606 188C660 190 716 192 749 196',
  'M56 370C120 380 190 376 245 376L334 372H528L606 372C660 370 716 368 749 364',
  'M258 190L337 206H526L596 192',
  'M258 370L337 354H526L596 368',
  'M428 188V206',
  'M428 372V354',
  'M96 222C150 232 200 230 232 226',
  'M96 338C150 328 200 330 232 334',
]

export const SEDAN: Drawing = { side: SIDE, sideLines: SIDE_LINES, above: ABOVE, aboveLines: ABOVE_LINES }
