/** Who, and which car of ours, a new entry may already be. Nothing is made a second time before a person has said so. */
import { computed, nextTick, ref, watch, type ComputedRef, type Ref } from 'vue'
import { db, resolved, searched, type Customer, type Vehicle } from '../../sync'
import { likeness, oneSlip } from '../../domain/alike'
import { heteronyms } from '../../domain/pinyin'
import { registerCustomer, registerVehicle, type Entry } from './entry'

/** One that may be the same, and what speaks for it: `alike.<why>`. */
export interface Doubt {
  id: string
  why: 'phone' | 'near_phone' | 'vin' | 'plate' | 'plate_unknown'
  customer?: Customer
  vehicle?: Vehicle
}

/** People with the same number, whatever their name; or with one that is a slip away, under a name that is not different. */
export async function alikePeople(form: Entry): Promise<Doubt[]> {
  const typed = registerCustomer('', form)
  const number = typed.phones![0]!.number
  const near = [...(await searched()).customers.values()].filter(({ phones }) => phones.some((one) => one === number || oneSlip(one, number)))
  if (!near.length) return []
  const readings = await heteronyms()
  const people = await Promise.all(near.map(({ shown }) => resolved('customers', shown.id)))
  const doubts = people.flatMap((customer): Doubt[] => {
    if (!customer) return []
    if (customer.phones.some((one) => one.number === number)) return [{ id: customer.id, why: 'phone', customer }]
    if (likeness(customer.name, typed.name, readings) === 'different') return []
    return [{ id: customer.id, why: 'near_phone', customer }]
  })
  return unique(doubts)
}

/** Cars with the same VIN, or with the same plate: plates change hands. */
export async function alikeCars(form: Entry): Promise<Doubt[]> {
  const { vin, plate } = registerVehicle('', '', form)
  const [ofVin, ofPlate] = await Promise.all([
    vin ? db.vehicles.where('vin').equals(vin).toArray() : [],
    plate ? db.vehicles.where('plate').equals(plate).toArray() : [],
  ])
  const why = (car: Vehicle): Doubt['why'] => (car.vin && vin ? (car.vin === vin ? 'vin' : 'plate') : 'plate_unknown')
  return unique([...ofVin, ...ofPlate].map((vehicle) => ({ id: vehicle.id, why: why(vehicle), vehicle })))
}

const unique = (doubts: Doubt[]): Doubt[] => [...new Map(doubts.map((one) => [one.id, one])).values()]

/** Asks about what is typed; `apart` remembers that somebody said no. */
export function useDoubts(form: Entry, car: Ref<Vehicle | null>, person: Ref<Customer | null>): {
  doubts: ComputedRef<Doubt[]>
  ask: () => Promise<boolean>
  apart: (id: string) => void
} {
  const found = ref<Doubt[]>([])
  const told = ref(new Set<string>())
  const doubts = computed(() =>
    found.value.filter((one) => !told.value.has(one.id) && !(one.vehicle ? car.value : person.value)),
  )
  watch(() => [form.phone, form.name, form.plate, form.vin], () => (found.value = []))

  /** Whether there is something that a person has to decide first; it is brought into view. */
  async function ask(): Promise<boolean> {
    const [people, cars] = await Promise.all([person.value ? [] : alikePeople(form), car.value ? [] : alikeCars(form)])
    found.value = [...cars, ...people]
    await nextTick()
    document.querySelector('[data-doubt]')?.scrollIntoView({ block: 'center' })
    return doubts.value.length > 0
  }
  return { doubts, ask, apart: (id) => void told.value.add(id) }
}
