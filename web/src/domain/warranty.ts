/** How long somebody else answers for a car: 三包 and 包修 after it was bought, the repair warranty after a visit. */
import type { CarPast } from '../gen/wire'

/** What is left: until a day and until an odometer reading, whichever comes first. `km` null where nobody knows it. */
export interface Left {
  until: string
  days: number
  untilKm: number | null
  km: number | null
  over: boolean
}

const DAY = 86_400_000
/** SAMR Order 43, the least that a seller answers for. */
const RETURN = { years: 2, km: 50_000 }
const REPAIR = { years: 3, km: 60_000 }
/** 机动车维修管理规定 (MoT), article on 质量保证期; the kinds are told apart by what was done. */
const KINDS = [
  { done: /整车|总成|大修/, km: 20_000, days: 100 },
  { done: /二级维护/, km: 5_000, days: 30 },
  { done: /(?:)/, km: 2_000, days: 10 },
]

function left(until: Date, untilKm: number | null, odometerKm: number | null, now: Date): Left {
  const days = Math.ceil((until.getTime() - now.getTime()) / DAY)
  const km = untilKm === null || odometerKm === null ? null : untilKm - odometerKm
  return { until: until.toISOString().slice(0, 10), days, untilKm, km, over: days <= 0 || (km !== null && km <= 0) }
}

/** How 三包 (return and replacement) and 包修 (free repair) stand for a car that was bought on that day. */
export function guarantees(purchasedOn: string, odometerKm: number | null, now: Date): { back: Left; repair: Left } {
  const since = ({ years, km }: typeof RETURN): Left => {
    const until = new Date(`${purchasedOn}T00:00:00Z`)
    until.setUTCFullYear(until.getUTCFullYear() + years)
    return left(until, km, odometerKm, now)
  }
  return { back: since(RETURN), repair: since(REPAIR) }
}

/** How the repair warranty of the car's last visit stands; it counts from the day on which the car was handed over. */
export function repairWarranty(past: CarPast, odometerKm: number | null, now: Date): Left {
  const kind = KINDS.find(({ done }) => past.repaired.some((name) => done.test(name))) ?? KINDS.at(-1)!
  const until = new Date(Date.parse(past.closed_at) + kind.days * DAY)
  return left(until, past.odometer_km === null ? null : past.odometer_km + kind.km, odometerKm, now)
}
