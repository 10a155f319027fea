/** mulberry32: the same seed, the same day. */
export type Dice = (sides: number) => number

export function dice(seed: number): Dice {
  return (sides) => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * sides)
  }
}

/** One of a list; undefined of an empty one. */
export const one = <T>(roll: Dice, of: readonly T[]): T | undefined => of[roll(of.length || 1)]
