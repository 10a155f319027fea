/** The units in which parts are sold. */

const SETS = new Set(['套', '副', '对', '组', 'set', 'pair'])

/** Whether one of this unit serves both sides of an axle: two findings then need it once. */
export const isSet = (unit: string): boolean => SETS.has(unit)
