/** Guesses for customers and vehicles. */

import { newest } from '../../domain/past'
import * as phone from '../../domain/phone'
import * as plate from '../../domain/plate'
import * as vin from '../../domain/vin'
import type { CommandFields, Customer, Phone, PhoneEntry, Vehicle } from '../../gen/wire'
import type { Draft } from '../draft'
import { append, scalar, scalars, tidy, withItems, type Guesses } from './scene'

export const customers: Guesses = {
  'customer.register': (draft, f, scene) => {
    if (draft.get('customers', f.customer_id)) return
    draft.put('customers', {
      id: f.customer_id, rev: 0, store_id: scene.store_id, stores: [scene.store_id], name: f.name.trim(),
      kind: f.kind ?? 'person', phones: tidied(f.phones), preferred_channel: f.preferred_channel ?? null,
      email: f.email ?? null, address: f.address ?? null, birthday_on: f.birthday_on ?? null, tags: [], consents: [],
      notes: [], channels: null, quiet: null, language: null, contact_stop: null, restricted: null,
      created_at: scene.at,
    })
  },

  'customer.update': (draft, f) =>
    draft.change('customers', f.customer_id, (row) => ({
      ...scalars(row, f.changes),
      ...(f.phones && { phones: phonesAfter(row.phones, f.phones) }),
    })),

  'customer.add_note': (draft, f, scene) =>
    draft.change('customers', f.customer_id, (row) => ({
      notes: append(row.notes, { id: f.note_id, text: f.text, at: scene.at, by: scene.user }),
    })),

  'customer.set_consent': (draft, f, scene) =>
    draft.change('customers', f.customer_id, (row) => ({
      consents: append(row.consents, {
        id: scene.id, purpose: f.purpose, channel: f.channel, decision: f.decision, decided_at: f.decided_at,
        source: f.source, lifts: f.lifts ?? [], recorded_by: scene.user,
      }),
    })),

  'customer.tag': (draft, f) =>
    draft.change('customers', f.customer_id, (row) => ({ tags: withItems(row.tags, f.add ?? [], f.remove ?? []) })),

  'customer.merge': (draft, f) => {
    const merged = draft.get('customers', f.merge_id)
    const kept = draft.get('customers', f.keep_id)
    if (!merged || !kept || merged.id === kept.id) return
    draft.put('customers', together(kept, merged))
    standFor(draft, 'customers', merged.id, kept.id)
  },

  'vehicle.register': (draft, f, scene) => {
    if (draft.get('vehicles', f.vehicle_id)) return
    const number = tidy(vin.normalise, f.vin ?? null)
    draft.put('vehicles', {
      id: f.vehicle_id, rev: 0, store_id: scene.store_id, stores: [scene.store_id], vin: number,
      vin_check: checked(number), plate: tidy(plate.normalise, f.plate ?? null), make: f.make, model: f.model,
      model_year: f.model_year ?? null, colour: f.colour ?? null,
      energy: f.energy, engine_no: f.engine_no ?? null, owner_id: f.owner_id ?? null,
      purchased_on: f.purchased_on ?? null, insurance_expires_on: null, odometer_km: f.odometer_km ?? null,
      recalls: [], last: null,
      created_at: scene.at,
    })
  },

  'vehicle.update': (draft, f) =>
    draft.change('vehicles', f.vehicle_id, (row) => {
      const written = scalars(row, f.changes)
      if (written.plate) written.plate = tidy(plate.normalise, written.plate)
      if (written.vin) written.vin = tidy(vin.normalise, written.vin)
      return { ...written, ...(written.vin && written.vin !== row.vin && { vin_check: checked(written.vin) }) }
    }),

  'vehicle.change_owner': (draft, f) =>
    draft.change('vehicles', f.vehicle_id, (row) => ({ owner_id: scalar(row.owner_id, f.owner_id) })),

  'vehicle.merge': (draft, f) => {
    const merged = draft.get('vehicles', f.merge_id)
    const kept = draft.get('vehicles', f.keep_id)
    if (!merged || !kept || merged.id === kept.id) return
    const known = Object.entries(kept).map(([name, value]) => [name, value ?? merged[name as keyof Vehicle]])
    const odometers = [kept.odometer_km, merged.odometer_km].filter((km) => km !== null)
    const odometer_km = odometers.length ? Math.max(...odometers) : null
    const recalls = merged.recalls.reduce(append, kept.recalls)
    const last = newest(kept.last, merged.last)
    draft.put('vehicles', { ...(Object.fromEntries(known) as Vehicle), odometer_km, recalls, last })
    standFor(draft, 'vehicles', merged.id, kept.id)
  },
}

type PhoneChanges = NonNullable<CommandFields['customer.update']['phones']>

function phonesAfter(current: Phone[], change: PhoneChanges): Phone[] {
  const removed = new Set(change.remove?.map((number) => tidy(phone.normalise, number)))
  const kept = current.filter(({ number }) => !removed.has(number))
  const known = new Set(kept.map(({ number }) => number))
  const added = tidied(change.add ?? [])
  const before = current.find(({ primary }) => primary)?.number ?? null
  const wanted = added.find(({ primary }) => primary)?.number
  const free = before === null || removed.has(before)
  const primary = change.primary ? scalar(before, change.primary) : wanted && free ? wanted : before
  const phones = [...kept, ...added.filter(({ number }) => !known.has(number))]
  return phones.map((one) => ({ ...one, primary: one.number === primary }))
}

const tidied = (phones: PhoneEntry[]): Phone[] =>
  phones.map(({ number, label, primary }) => ({
    number: tidy(phone.normalise, number), label: label ?? null, primary: primary ?? false,
  }))

function checked(number: string | null): Vehicle['vin_check'] {
  try {
    return number ? vin.check(number) : null
  } catch {
    return null
  }
}

function together(kept: Customer, merged: Customer): Customer {
  const numbers = new Set(kept.phones.map(({ number }) => number))
  const hasPrimary = kept.phones.some(({ primary }) => primary)
  const others = merged.phones.filter(({ number }) => !numbers.has(number))
  return {
    ...kept,
    phones: [...kept.phones, ...others.map((one) => (hasPrimary ? { ...one, primary: false } : one))],
    tags: withItems(kept.tags, merged.tags),
    notes: merged.notes.reduce(append, kept.notes),
    consents: merged.consents.reduce(append, kept.consents),
    email: kept.email ?? merged.email,
    address: kept.address ?? merged.address,
    birthday_on: kept.birthday_on ?? merged.birthday_on,
    preferred_channel: kept.preferred_channel ?? merged.preferred_channel,
    channels: kept.channels ?? merged.channels,
    quiet: kept.quiet ?? merged.quiet,
    language: kept.language ?? merged.language,
    contact_stop: kept.contact_stop ?? merged.contact_stop,
  }
}

function standFor(draft: Draft, type: 'customers' | 'vehicles', merged: string, kept: string): void {
  draft.drop(type, merged)
  draft.put('aliases', { id: merged, rev: 0, canonical_id: kept, type })
  for (const proposal of draft.all('merge_proposals')) {
    const pair = [proposal.keep_id, proposal.merge_id]
    if (pair.includes(merged) && pair.includes(kept)) draft.put('merge_proposals', { ...proposal, state: 'merged' })
  }
}
