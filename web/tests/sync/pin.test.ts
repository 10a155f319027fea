/** The lock of a shared tablet and the PINs that open it. */
import { beforeEach, describe, expect, it } from 'vitest'
import { db } from '../../src/sync/db'
import { send } from '../../src/sync/outbox'
import { faces, openByPin, pins, WRONG_PINS } from '../../src/sync/pin'
import { session } from '../../src/sync/session'
import { makeVerifier } from '../../src/sync/verifier'
import { tablet } from './peer'

const FEW = 1000

async function knows(id: string, seen_at: number): Promise<void> {
  const user = { id, username: id, name: id, role: 'advisor' }
  await db.people.put({
    user_id: id, user, store: { id: 's1', name: '门店' }, device_id: 'd', token: null, expires_at: null, seen_at,
    leaving: false, verifier: await makeVerifier(`${id}-demo`, FEW),
  })
}

beforeEach(async () => {
  await tablet()
  await db.people.clear()
  await knows('li', 2)
  await knows('wang', 1)
  await session.unlock('li', 'li-demo')
})

describe('a PIN', () => {
  it('is set only by somebody who knows the password, and is kept as a verifier', async () => {
    await expect(pins.set('li', 'wrong', '2468')).rejects.toMatchObject({ code: 'bad_credentials' })
    await expect(pins.set('li', 'li-demo', '12a4')).rejects.toThrow(RangeError)
    expect(await pins.of('li')).toEqual({ has: false, offer: true })
    await pins.set('li', 'li-demo', '2468')
    expect(await pins.of('li')).toEqual({ has: true, offer: false })
    expect(JSON.stringify(await db.people.get('li'))).not.toContain('2468')
    expect((await faces()).map(({ user, digits }) => [user.id, digits])).toEqual([['li', 4], ['wang', null]])
  })

  it('opens the lock and lets the person go on', async () => {
    await pins.set('li', 'li-demo', '2468')
    await session.lock()
    expect(session.state).toMatchObject({ locked: true, user: { id: 'li' } })
    await openByPin('li', '2468')
    expect(session.state.locked).toBe(false)
  })

  it('hands the tablet to a colleague, whose commands carry their own name', async () => {
    await pins.set('wang', 'wang-demo', '135790')
    await session.lock()
    await openByPin('wang', '135790')
    expect(session.state).toMatchObject({ locked: false, user: { id: 'wang' } })
    await send('customer.add_note', { customer_id: 'c', note_id: 'n', text: '到了' })
    expect((await db.queue.toArray()).map((command) => command.user)).toEqual(['wang'])
  })

  it('is of no more use after five wrong tries, until the password was right', async () => {
    await pins.set('li', 'li-demo', '2468')
    for (let left = WRONG_PINS - 1; left > 0; left--) {
      await expect(openByPin('li', '0000')).rejects.toMatchObject({ code: 'wrong_pin', facts: { left } })
    }
    await expect(openByPin('li', '0000')).rejects.toMatchObject({ code: 'pin_spent' })
    await expect(openByPin('li', '2468')).rejects.toMatchObject({ code: 'pin_spent' })
    expect((await faces())[0]).toMatchObject({ digits: null, spent: true })
    await session.unlock('li', 'li-demo')
    await openByPin('li', '2468')
  })

  it('is not offered again to somebody who said later', async () => {
    await pins.later('li')
    expect(await pins.of('li')).toEqual({ has: false, offer: false })
  })
})

describe('the lock', () => {
  it('covers nothing where nobody works', async () => {
    await session.logout()
    await session.lock()
    expect(session.state.locked).toBe(false)
  })

  it('opens to the password of anybody known here', async () => {
    await session.lock()
    await session.unlock('wang', 'wang-demo')
    expect(session.state).toMatchObject({ locked: false, user: { id: 'wang' } })
  })
})
