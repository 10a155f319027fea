import { beforeEach, expect, test } from 'vitest'
import type { Customer, Vehicle } from '../../gen/wire'
import { db } from '../../sync'
import { alikeCars, alikePeople } from './doubts'
import { emptyEntry } from './entry'

const VIN = 'LDC613P23A1305189'
const OTHER_VIN = 'LSVAA49J132047371'

beforeEach(async () => {
  await db.customers.bulkPut([
    { id: 'wei', name: '王伟', kind: 'person', phones: [{ number: '+8613908085501' }] },
    { id: 'smith', name: 'John Smith', kind: 'person', phones: [{ number: '+8613908085601' }] },
  ] as unknown as Customer[])
  await db.vehicles.bulkPut([{ id: 'car', plate: '川A55Q01', vin: VIN }] as Vehicle[])
})

const people = async (name: string, phone: string): Promise<string[]> =>
  (await alikePeople({ ...emptyEntry(), name, phone })).map(({ id, why }) => `${id} ${why}`)

test('the same phone is asked about under any name', async () => {
  expect(await people('赵敏', '139 0808 5501')).toEqual(['wei phone'])
})

test('a phone one slip away is asked about when the name sounds alike', async () => {
  expect(await people('王玮', '13908085510')).toEqual(['wei near_phone'])
  expect(await people('Jon Smith', '13908085607')).toEqual(['smith near_phone'])
  expect(await people('赵敏', '13908085510')).toEqual([])
})

test('a car is asked about by its VIN, and by its plate when the VIN is another or not known', async () => {
  const cars = async (plate: string, vin: string): Promise<string[]> =>
    (await alikeCars({ ...emptyEntry(), plate, vin })).map(({ id, why }) => `${id} ${why}`)
  expect(await cars('', VIN)).toEqual(['car vin'])
  expect(await cars('川A55Q01', VIN)).toEqual(['car vin'])
  expect(await cars('川A55Q01', OTHER_VIN)).toEqual(['car plate'])
  expect(await cars('川A55Q01', '')).toEqual(['car plate_unknown'])
  expect(await cars('川A55Q02', OTHER_VIN)).toEqual([])
})
