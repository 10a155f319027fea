/** How sync comes to a standstill that somebody must know of. */

import { enrolAfresh } from './device'
import type { Problem } from './types'

/**
 * Sync stopped in a way that a person or time must mend; the queue is kept. `retry` says whether time alone will do.
 */
export class Stopped extends Error {
  constructor(readonly problem: Problem, readonly retry: boolean) {
    super(problem.code)
    this.name = 'Stopped'
  }
}

/** Another tablet uses this one's numbers: goes on as a new device, where everybody has to sign in again. */
export async function goOnAfresh(deviceId: string): Promise<never> {
  await enrolAfresh(deviceId)
  throw new Stopped({ code: 'forked_device' }, false)
}
