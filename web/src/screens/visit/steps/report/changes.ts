/** What a report would tell the customer that the published one does not. */
import type { Finding, Report } from '../../../../sync'

/** Findings that are new to the customer, and those that say something else than what the customer read. */
export interface Changes {
  fresh: Finding[]
  revised: Finding[]
}

/** The findings beyond a published report; all are fresh before the first one. */
export function changesSince(report: Report | null, findings: readonly Finding[]): Changes {
  const told = new Map((report?.findings ?? []).map((one) => [one.finding_id, one.version]))
  return {
    fresh: findings.filter((one) => !told.has(one.id)),
    revised: findings.filter((one) => told.has(one.id) && told.get(one.id) !== one.version),
  }
}
