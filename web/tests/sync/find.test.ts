import { beforeAll, describe, expect, it } from 'vitest'
import { db } from '../../src/sync/db'
import { find } from '../../src/sync/find'
import { send } from '../../src/sync/outbox'
import { warmSearch } from '../../src/sync/texts'
import type { Customer, Vehicle } from '../../src/gen/wire'
import { tablet } from './peer'

const GIVEN = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平'
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const plate = (n: number) => `川${LETTERS[n % 24]}${String(10000 + n)}`
const vin = (n: number) => `LSVAA4187E2${String(100000 + n)}`

beforeAll(async () => {
  await tablet()
  const people = Array.from({ length: 20_000 }, (_, n) => ({
    id: `c${n}`, rev: 1, store_id: 's1', name: `王${GIVEN[n % 20]}${n}`, phones: [{ number: `+86138${String(10_000_000 + n)}`, primary: true }],
  }))
  const cars = Array.from({ length: 20_000 }, (_, n) => ({ id: `w${n}`, rev: 1, store_id: 's1', plate: plate(n), vin: vin(n), owner_id: `c${n}` }))
  await db.customers.bulkPut(people as unknown as Customer[])
  await db.vehicles.bulkPut(cars as unknown as Vehicle[])
  await warmSearch()
}, 60_000)

describe('search', () => {
  it.each([
    ['the whole plate', plate(77), 'w77'],
    ['a plate with a dot and small letters', `${plate(77).slice(0, 2).toLowerCase()}·${plate(77).slice(2)}`, 'w77'],
    ['the end of a plate', '0077', 'w77'],
    ['the end of a VIN', '102345', 'w2345'],
    ['the end of a phone', '38 1001 9999', 'w19999'],
    ['the beginning of a phone', '1381001999', 'w19999'],
    ['the beginning of a VIN', vin(77), 'w77'],
    ['a name', '王杰19992', 'w19992'],
  ])('finds a car by %s', async (_what, text, id) => {
    expect((await find(text)).map((hit) => hit.vehicle?.id)).toContain(id)
  })

  it('puts the exact plate first and names the owner', async () => {
    const [first] = await find(plate(5), { limit: 3 })
    expect(first).toMatchObject({ vehicle: { id: 'w5' }, customer: { id: 'c5' } })
    expect(first!.openVisit).toBeUndefined()
  })

  it('knows at once what was just entered, and which car is here', async () => {
    await send('customer.register', { customer_id: 'new', name: '欧阳娜娜', phones: [] })
    expect(await find('欧阳')).toMatchObject([{ customer: { id: 'new' } }])
    await send('visit.open', { visit_id: 'v1', vehicle_id: 'w77', customer_id: 'c77', kind: 'repair', payer: 'customer' })
    expect((await find(plate(77)))[0]).toMatchObject({ openVisit: { id: 'v1' } })
    await send('visit.cancel', { visit_id: 'v1', reason: 'customer_left' })
    expect((await find(plate(77)))[0]).not.toHaveProperty('openVisit')
    expect(await find('   ')).toEqual([])
  })

  it.each([
    ['whole', 'ouyangnana', '欧阳娜娜', [0, 4]],
    ['as initials', 'oynn', '欧阳娜娜', [0, 4]],
    ['of the given name', 'nana', '欧阳娜娜', [2, 4]],
    ['of a family name that is read its own way', 'shanxx', '单雄信', [0, 3]],
    ['with ü typed as v', 'lvb', '吕布', [0, 2]],
    ['of a company', 'chengdu', '成都客车公司', [0, 2]],
  ])('finds a name by its pinyin %s, and says which part was meant', async (_how, text, name, part) => {
    const kind = name.endsWith('公司') ? 'company' : 'person'
    await send('customer.register', { customer_id: name, name, kind, phones: [] })
    const [hit] = (await find(text)).filter((one) => one.customer?.id === name)
    expect(hit?.match).toEqual({ field: 'name', text: name, part })
  })

  it('says which end of which phone was meant', async () => {
    expect((await find('10019999'))[0]!.match).toEqual({ field: 'phone', text: '+8613810019999', part: [6, 14] })
  })

  it('looks through 20,000 cars and customers as fast as it says here', async () => {
    const texts = ['川A', '88', '王伟', '6666', 'Z1', 'ww', 'wangw', '1']
    const started = performance.now()
    for (const text of texts) expect(await find(text)).not.toEqual([])
    console.log(`one search: ${((performance.now() - started) / texts.length).toFixed(1)} ms`)
  })
})
