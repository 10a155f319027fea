/** A tall car with a tailgate: the saloon's panels in the saloon's places, so that a pin means the same on both. */
import type { Drawing, Shape, SideShape } from './panels'

const SIDE: readonly SideShape[] = [
  { panel: 'headlight', d: 'M42 70C58 62 86 59 112 60L104 76C84 79 60 80 40 79Z', centre: [76, 70], glass: true },
  { panel: 'front_bumper', whole: true, d: 'M38 84C60 87 90 87 106 82L118 86C123 95 124 104 124 114H46C34 108 32 94 38 84Z', centre: [80, 99] },
  { panel: 'front_fender', d: 'M116 60L238 43L252 110H210A45 45 0 0 0 124 91L110 79Z', centre: [214, 68] },
  { panel: 'front_door', d: 'M244 43L392 39L394 110H258Z', centre: [324, 76] },
  { panel: 'rear_door', d: 'M398 39L548 38L560 66C568 78 575 92 578 110H400Z', centre: [476, 76] },
  { panel: 'rear_fender', d: 'M554 38L690 35L738 47L731 84L724 110H669A45 45 0 0 0 585 91C578 80 571 73 566 66Z', centre: [668, 62] },
  { panel: 'taillight', d: 'M742 48L762 57L767 80L735 84Z', centre: [752, 67], glass: true },
  { panel: 'rear_bumper', whole: true, d: 'M734 88L768 84C776 94 774 107 764 114H727Z', centre: [750, 101] },
  { panel: 'sill', d: 'M211 114H581L578 127H214Z', centre: [396, 120] },
  { panel: 'window', d: 'M258 37L312 9C318 7 340 6 388 5V34Z', centre: [338, 25], glass: true },
  { panel: 'window', d: 'M394 5H538L550 33L394 34Z', centre: [468, 20], glass: true },
  { panel: 'window', d: 'M544 5H634C656 6 674 12 688 24L693 30L556 33Z', centre: [612, 20], glass: true },
  { panel: 'front_wheel', d: 'M129 112a37 37 0 1 0 74 0a37 37 0 1 0-74 0Z', centre: [166, 112] },
  { panel: 'rear_wheel', d: 'M589 112a37 37 0 1 0 74 0a37 37 0 1 0-74 0Z', centre: [626, 112] },
]

const SIDE_LINES: readonly string[] = [
  'M38 88C38 76 44 66 58 61L238 40L302 8C316 3 360 1 420 1H640C664 2 684 8 698 20L738 46L764 55C777 74 777 103 765 115',
  'M149 112a17 17 0 1 0 34 0a17 17 0 1 0-34 0',
  'M609 112a17 17 0 1 0 34 0a17 17 0 1 0-34 0',
  'M332 1C340-3 350-3 360-3H590C602-3 610-3 618 1',
  'M360 51H382',
  'M514 50H536',
]

const ABOVE: readonly Shape[] = [
  { panel: 'front_bumper', d: 'M56 190C28 215 28 345 56 370L73 367C52 335 52 225 73 193Z', centre: [46, 280] },
  { panel: 'hood', d: 'M78 193C58 230 58 330 78 367L225 372C211 330 211 230 225 188Z', centre: [142, 280] },
  { panel: 'windshield', d: 'M230 189C216 232 216 328 230 371L300 351C291 320 291 240 300 209Z', centre: [260, 280], glass: true },
  { panel: 'roof', d: 'M305 209C296 240 296 320 305 351H640C647 320 647 240 640 209Z', centre: [470, 280] },
  { panel: 'rear_window', d: 'M645 209C652 240 652 320 645 351L692 366C701 325 701 235 692 194Z', centre: [672, 280], glass: true },
  { panel: 'trunk', d: 'M697 193C706 235 706 325 697 367L730 362C740 330 740 230 730 198Z', centre: [717, 280] },
  { panel: 'rear_bumper', d: 'M735 198C746 230 746 330 735 362L749 364C774 340 774 220 749 196Z', centre: [756, 280] },
  { panel: 'right_mirror', d: 'M262 179L272 162C280 158 290 159 294 164L289 183Z', centre: [278, 171] },
  { panel: 'left_mirror', d: 'M262 381L272 398C280 402 290 401 294 396L289 377Z', centre: [278, 389] },
]

const ABOVE_LINES: readonly string[] = [
  'M56 190C120 180 180 184 225 184L304 187H642L700 190C720 191 736 193 749 196',
  'M56 370C120 380 180 376 225 376L304 373H642L700 370C720 369 736 367 749 364',
  'M238 189L307 204H640L684 193',
  'M238 371L307 356H640L684 367',
  'M400 187V204',
  'M400 373V356',
  'M548 187V204',
  'M548 373V356',
  'M330 222H618',
  'M330 338H618',
  'M96 222C144 232 184 230 212 226',
  'M96 338C144 328 184 330 212 334',
]

export const SUV: Drawing = { side: SIDE, sideLines: SIDE_LINES, above: ABOVE, aboveLines: ABOVE_LINES }
