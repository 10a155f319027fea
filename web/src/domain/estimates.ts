/** Estimate lines: which decision counts (server/domain/estimates.py). */

import type { Decision, EstimateLine } from '../gen/wire'

/** What the customer said to the line as it is now; a decision on an older version counts no longer. */
export const decisionOf = (line: EstimateLine): Decision | null =>
  line.decided_version === line.version ? line.decision : null
