/** Several people on one tablet, at a real server: each command is its author's, whoever's sign-in carries it there. */

import { beforeAll, describe, expect, it } from 'vitest'
import { uuid7 } from '../../src/sync/clock'
import { db } from '../../src/sync/db'
import { thisDevice } from '../../src/sync/device'
import { Unreachable } from '../../src/sync/door'
import { send } from '../../src/sync/outbox'
import { pullAll } from '../../src/sync/pull'
import { pushAll } from '../../src/sync/push'
import { session } from '../../src/sync/session'
import { queueItems } from '../../src/sync/views'

const URL = process.env['JIECHE_TEST_URL']
const network = globalThis.fetch
let reachable = true

const note = async (customer_id: string) => (await send('customer.add_note', { customer_id, note_id: uuid7(), text: '.' })).id
const userId = async (username: string) =>
  (await db.people.toArray()).find((person) => person.user.username === username)!.user_id

/** Who did a command, on which tablet and with which outcome, as the journal says. */
async function journal(subject: string): Promise<Record<string, { user: string; device: string; outcome: string }>> {
  const query = 'query($id: UUID) { journal(subjectId: $id, first: 50) { edges { node { id userId deviceId outcome } } } }'
  const { token } = (await db.people.get(await userId('manager')))!
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const body = JSON.stringify({ query, variables: { id: subject } })
  const answer = await (await network(`${URL}/graphql`, { method: 'POST', headers, body })).json()
  const nodes = (answer.data.journal.edges as { node: { id: string; userId: string; deviceId: string; outcome: string } }[]).map(({ node }) => node)
  return Object.fromEntries(nodes.map(({ id, userId, deviceId, outcome }) => [id, { user: userId, device: deviceId, outcome }]))
}

describe.skipIf(!URL)('several people on one tablet', () => {
  beforeAll(async () => {
    globalThis.fetch = async (path, how) => {
      if (!reachable) throw new TypeError('no network')
      return network(`${URL}${String(path)}`, how)
    }
    for (const username of ['manager', 'technician', 'advisor2', 'advisor']) await session.login(username, `${username}-demo`)
    await pullAll()
  })

  it('what two advisors did without a network is each one’s own, although only one is still signed in', async () => {
    const { id: customer } = (await db.customers.toCollection().first())!
    reachable = false
    const first = await note(customer)
    await session.logout()
    await session.login('advisor2', 'advisor2-demo')
    const second = await note(customer)
    await expect(pushAll(true)).rejects.toBeInstanceOf(Unreachable)
    reachable = true
    const { token } = (await db.people.get(await userId('advisor')))!
    await network(`${URL}/auth/logout`, { method: 'POST', headers: { Authorization: `Bearer ${token}` } })
    await pushAll(true)
    await pullAll()
    const device = (await thisDevice()).id
    expect(await journal(customer)).toMatchObject({
      [first]: { user: await userId('advisor'), device, outcome: 'APPLIED' },
      [second]: { user: await userId('advisor2'), device, outcome: 'APPLIED' },
    })
  })

  it('a technician may not do with the manager’s sign-in what a technician may not, and the refusal is seen', async () => {
    const { id: customer } = (await db.customers.toCollection().last())!
    reachable = false
    await session.login('technician', 'technician-demo')
    const refused = await note(customer)
    await session.login('manager', 'manager-demo')
    const allowed = await note(customer)
    reachable = true
    await pushAll(true)
    await pullAll()
    const entries = await journal(customer)
    expect(entries[refused]).toMatchObject({ user: await userId('technician'), outcome: 'REJECTED' })
    expect(entries[allowed]).toMatchObject({ user: await userId('manager'), outcome: 'APPLIED' })
    expect(await queueItems()).toMatchObject([{ id: refused, state: 'rejected', reason: { code: 'forbidden' } }])
    const review = (await db.reviews.toArray()).find((one) => one.command.id === refused)
    expect(review).toMatchObject({ state: 'open', command: { user_id: await userId('technician'), name: 'customer.add_note' } })
  })

  it('an app that is too old keeps its queue, and sends it once it is new enough', async () => {
    const { id: customer } = (await db.customers.toCollection().first())!
    const today = globalThis.fetch
    const id = await note(customer)
    globalThis.fetch = (path, how) =>
      today(path, how?.body ? { ...how, body: String(how.body).replace(/"app":"[^"]*"/, '"app":"2025.1.0"') } : how)
    await expect(pushAll(true)).rejects.toMatchObject({ status: 426, code: 'app_too_old', facts: { oldest: '2026.11.0' } })
    expect(await db.queue.toArray()).toMatchObject([{ id, outcome: null }])
    globalThis.fetch = (path, how) =>
      today(path, how?.body ? { ...how, body: String(how.body).replace(/"app":"[^"]*"/, '"app":"2099.1.0"') } : how)
    await expect(pushAll(true)).rejects.toMatchObject({ status: 503, code: 'server_older' })
    globalThis.fetch = today
    await pushAll(true)
    expect(await db.queue.toArray()).toMatchObject([{ id, outcome: { outcome: 'applied' } }])
  })
})
