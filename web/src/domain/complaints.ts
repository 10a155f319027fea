/** Complaints (投诉): which survey opens one and about what; the twin of server/domain/complaints.py. */
import type { ComplaintAbout, Survey } from '../gen/wire'

/** What counts unless the server is set otherwise: its own answer replaces what the tablet thought. */
export const TERMS = { low_recommend: 6, low_stars: 2, complaint_hours: 24 }
/** From so many stars on nobody complains of that aspect. */
const CONTENT = 4
const ASPECTS = [['quality', 'quality'], ['price', 'price'], ['speed', 'waiting'], ['courtesy', 'attitude']] as const

/** The numbers of a survey; those that were not given yet are null. */
export type Scores = { [K in 'speed' | 'quality' | 'price' | 'courtesy' | 'recommend']: Survey[K] | null }

/** Whether somebody should ask the customer what went wrong. */
export const isLow = (scores: Scores): boolean =>
  (scores.recommend ?? 10) <= TERMS.low_recommend || ASPECTS.some(([name]) => (scores[name] ?? 5) <= TERMS.low_stars)

/** What the customer was least content with; `other` when only the recommendation was low. */
export function aboutOf(scores: Scores): ComplaintAbout {
  const lowest = Math.min(...ASPECTS.map(([name]) => scores[name] ?? 5))
  return lowest >= CONTENT ? 'other' : ASPECTS.find(([name]) => (scores[name] ?? 5) === lowest)![1]
}

/** By when a complaint of this instant is to be answered, as RFC 3339 UTC. */
export const dueFrom = (at: string): string => new Date(Date.parse(at) + TERMS.complaint_hours * 3_600_000).toISOString()
