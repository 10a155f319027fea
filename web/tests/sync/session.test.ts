import { beforeEach, describe, expect, it } from 'vitest'
import { uuid7 } from '../../src/sync/clock'
import { db } from '../../src/sync/db'
import { thisDevice } from '../../src/sync/device'
import { send } from '../../src/sync/outbox'
import { pullAll } from '../../src/sync/pull'
import { pushAll } from '../../src/sync/push'
import { dismissLeavers, session } from '../../src/sync/session'
import { json, tablet, type Peer } from './peer'

let peer: Peer

beforeEach(async () => {
  peer = await tablet()
  await db.people.clear()
  await db.remember('active', null)
})

const welcome = (id = 'u1') => () =>
  json({
    token: `t-${id}`, expires_at: '2027-01-01T00:00:00Z', user: { id, username: 'advisor', name: '李顾问', role: 'advisor' },
    store: { id: 's1', name: '成都店' }, device: { id: 'd' },
  })

describe('signing in', () => {
  it('enrols the tablet with the public half of a key that nobody can take out', async () => {
    let asked: { device: { id: string; public_key: Record<string, string> } } | undefined
    peer.faults = [async (request) => ((asked = await request.clone().json()), welcome()())]
    await session.login('advisor', 'advisor-demo')
    const device = await thisDevice()
    expect(asked!.device).toMatchObject({ id: device.id, public_key: { kty: 'EC', crv: 'P-256' } })
    expect(Object.keys(asked!.device.public_key).sort()).toEqual(['crv', 'kty', 'x', 'y'])
    expect(device.keys.privateKey.extractable).toBe(false)
    expect(session.state).toMatchObject({ user: { name: '李顾问' }, store: { name: '成都店' }, expired: false })
  })

  it('works without a network for a person who signed in here before, and for nobody else', async () => {
    peer.faults = [welcome()]
    await session.login('advisor', 'advisor-demo')
    await session.logout()
    expect(session.state.user).toBeNull()
    peer.offline = true
    await expect(session.login('advisor', 'wrong')).rejects.toMatchObject({ code: 'bad_credentials' })
    await expect(session.login('stranger', 'x')).rejects.toThrow('unreachable')
    await session.login('advisor', 'advisor-demo')
    expect(session.state.user!.username).toBe('advisor')
    expect(JSON.stringify(await db.people.toArray())).not.toContain('advisor-demo')
  })

  it('forgets a password here that the server no longer takes', async () => {
    peer.faults = [welcome(), () => json({ code: 'bad_credentials' }, 401)]
    await session.login('advisor', 'advisor-demo')
    await expect(session.login('advisor', 'advisor-demo')).rejects.toMatchObject({ code: 'bad_credentials' })
    peer.offline = true
    await expect(session.login('advisor', 'advisor-demo')).rejects.toThrow('unreachable')
  })

  it('becomes a new device when the server knows this id with another key', async () => {
    const before = (await thisDevice()).id
    peer.faults = [() => json({ code: 'device_key_changed' }, 409), welcome()]
    await session.login('advisor', 'advisor-demo')
    expect((await thisDevice()).id).not.toBe(before)
    expect(session.state.expired).toBe(false)
  })
})

describe('signing out', () => {
  it('keeps the token until what the person made has been sent', async () => {
    peer.faults = [welcome()]
    await session.login('advisor', 'advisor-demo')
    peer.offline = true
    await send('customer.add_note', { customer_id: uuid7(), note_id: uuid7(), text: '.' })
    await session.logout()
    await dismissLeavers()
    expect((await db.people.get('u1'))!.token).toBe('t-u1')
    peer.offline = false
    await pushAll()
    await pullAll()
    await dismissLeavers()
    expect((await db.people.get('u1'))!.token).toBeNull()
    expect(peer.requests.at(-1)).toBe('POST /auth/logout')
    expect(peer.journal).toHaveLength(1)
  })

  it('lets a colleague take over, and each command names its author', async () => {
    peer.faults = [welcome('u1'), welcome('u2')]
    await session.login('advisor', 'a')
    await send('customer.add_note', { customer_id: uuid7(), note_id: uuid7(), text: '一' })
    await session.login('technician', 'b')
    await send('customer.add_note', { customer_id: uuid7(), note_id: uuid7(), text: '二' })
    expect((await db.queue.toArray()).map((command) => command.user)).toEqual(['u1', 'u2'])
    await session.unlock('u1', 'a')
    expect(session.state.user!.id).toBe('u1')
    await expect(session.unlock('u2', 'a')).rejects.toMatchObject({ code: 'bad_credentials' })
  })
})
