import { beforeEach, describe, expect, it } from 'vitest'
import type { Appointment } from '../../gen/wire'
import { db } from '../../sync'
import { customer, visit } from '../../../tests/screens/mounting'
import { daysAhead, DAYS_AHEAD, expectedOn, hintsOf, slotsOf } from './book'

const NOON = new Date(2026, 10, 23, 12).getTime()
const local = (day: number, hour: number, minute = 0): string => new Date(2026, 10, day, hour, minute).toISOString()
const booked = (id: string, at: string, fields: Partial<Appointment> = {}): Appointment => ({
  id, rev: 1, store_id: 's1', customer_id: 'cust', vehicle_id: 'car', at, work: '保养', note: null, status: 'booked', cancel_reason: null,
  visit_id: null, ...fields,
})

beforeEach(() => Promise.all(db.tables.map((table) => table.clear())))

describe('the book of appointments', () => {
  it('says how full each half hour is, and keeps a time that was agreed outside of them', () => {
    const slots = slotsOf(NOON, [booked('a', local(23, 9)), booked('b', local(23, 9, 20)), booked('c', local(23, 9, 30))], local(23, 18, 15))
    expect(slots).toHaveLength(21)
    expect(slots.filter((slot) => slot.taken).map((slot) => [slot.at, slot.taken])).toEqual([[local(23, 9), 2], [local(23, 9, 30), 1]])
    expect(slots.at(-1)).toEqual({ at: local(23, 18, 15), taken: 0 })
  })

  it('counts who is still expected, of one day, without the one that is moved', async () => {
    await db.appointments.bulkPut([
      booked('a', local(23, 9)), booked('b', local(23, 10), { status: 'requested' }), booked('c', local(23, 11), { status: 'cancelled' }),
      booked('d', local(24, 9)), booked('e', local(23, 16)),
    ])
    expect((await expectedOn(NOON, 'e')).map((one) => one.id)).toEqual(['a', 'b'])
  })

  it('shows two weeks', () => {
    const days = daysAhead(NOON)
    expect(days).toHaveLength(DAYS_AHEAD)
    expect(new Set(days.map((day) => new Date(day).getDate())).size).toBe(DAYS_AHEAD)
  })

  it('says what speaks for a second look at a request', async () => {
    const asked = booked('a', local(23, 9), { status: 'requested' })
    await db.customers.put(customer({ contact_stop: '辱骂' }))
    await db.visits.put(visit({ stage: 'repairing' }))
    await db.appointments.bulkPut([asked, booked('b', local(24, 9)), booked('c', local(25, 9), { status: 'requested' }), booked('d', local(26, 9), { vehicle_id: 'other' })])
    expect((await hintsOf(asked, NOON)).map((hint) => hint.code)).toEqual(['past', 'in_shop', 'twice', 'again', 'stopped'])
    expect((await hintsOf(booked('e', local(24, 9), { customer_id: 'x', vehicle_id: null }), NOON))).toEqual([])
  })
})
