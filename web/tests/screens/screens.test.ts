// @vitest-environment happy-dom
/** Screens on the real core: what a tap sends, and what a screen refuses to do by accident. */
import { beforeEach, expect, test } from 'vitest'
import { db, visitOf } from '../../src/sync'
import { t } from '../../src/i18n'
import PlateTag from '../../src/parts/PlateTag.vue'
import { useDraft } from '../../src/parts/draft'
import { roleMay } from '../../src/parts/may'
import { hush, toast } from '../../src/parts/toast'
import ReceptionPanel from '../../src/screens/reception/ReceptionPanel.vue'
import CheckinStep from '../../src/screens/visit/steps/CheckinStep.vue'
import DecisionStep from '../../src/screens/visit/steps/DecisionStep.vue'
import { record, type Said } from '../../src/screens/visit/steps/diagnosis/record'
import DiagnosisStep from '../../src/screens/visit/steps/DiagnosisStep.vue'
import EstimateStep from '../../src/screens/visit/steps/EstimateStep.vue'
import { customer, estimateLine, show, showStep, signIn, until, vehicle, visit } from './mounting'

const sent = async (name: string) => (await db.queue.orderBy('seq').toArray()).filter((command) => command.name === name)
const at = (hook: string): string => `[data-testid="${hook}"]`

beforeEach(async () => {
  document.body.innerHTML = ''
  localStorage.clear()
  hush()
  await Promise.all(db.tables.map((table) => table.clear()))
  await signIn('advisor')
})

test('a plate is drawn by its kind and read out as one word', () => {
  const colours = ['川A12345', '川AD12345', '川A12345D', '川A1234挂', '京A1234警', '粤Z1234港'].map(
    (plate) => show(PlateTag, { plate }).classes()[1],
  )
  expect(colours).toEqual(['blue', 'green', 'green', 'yellow', 'white', 'black'])
  expect(show(PlateTag, { plate: '川A12345' }).attributes('aria-label')).toBe('川A12345')
  expect(show(PlateTag, { plate: null }).text()).toBe(t('plate.none'))
})

test('a new customer with a new car becomes three commands in the order in which they need each other', async () => {
  const panel = show(ReceptionPanel, { typed: '川A·96646' })
  await panel.get(at('vehicle-make')).setValue('大众')
  await panel.get(at('vehicle-model')).setValue('帕萨特')
  await panel.get(at('customer-phone')).setValue('139 1234 5678')
  await panel.get(at('customer-name')).setValue('欧阳晓晴')
  await panel.get(at('save-and-open-visit')).trigger('click')
  const queue = await until(async () => ((await db.queue.count()) === 3 ? db.queue.orderBy('seq').toArray() : null))
  expect(queue.map((command) => command.name)).toEqual(['customer.register', 'vehicle.register', 'visit.open'])
  expect(queue[1]!.fields).toMatchObject({ plate: '川A96646', owner_id: (queue[0]!.fields as { customer_id: string }).customer_id })
})

test('a car that is known already is offered and not made a second time', async () => {
  await db.vehicles.put(vehicle())
  await db.customers.put(customer())
  const panel = show(ReceptionPanel, { typed: '' })
  await panel.get(at('vehicle-vin')).setValue('LDC613P23A1305189')
  await panel.get(at('vehicle-make')).setValue('大众')
  await panel.get(at('vehicle-model')).setValue('朗逸')
  await panel.get(at('customer-phone')).setValue('13912345678')
  await panel.get(at('customer-name')).setValue('李娜')
  await panel.get(at('save-and-open-visit')).trigger('click')
  await until(() => panel.find(at('take-vehicle')).exists())
  expect(await db.queue.count()).toBe(0)
})

test('a missing reading is asked for at its field, and what was typed comes back after a crash', async () => {
  await db.visits.put(visit())
  await db.vehicles.put(vehicle())
  const first = showStep(CheckinStep, 'visit')
  await until(() => first.find(at('energy')).exists())
  await first.get(at('energy')).setValue('55')
  await first.get(at('primary-action')).trigger('click')
  expect(first.text()).toContain(t('problem.odometer_missing'))
  expect(await db.queue.count()).toBe(0)
  first.unmount()
  const again = showStep(CheckinStep, 'visit')
  await until(() => again.find(at('energy')).exists())
  expect((again.get(at('energy')).element as HTMLInputElement).value).toBe('55')
  await again.get(at('odometer')).setValue('42180')
  await again.get(at('primary-action')).trigger('click')
  const [command] = await until(async () => ((await sent('visit.record_walkaround')).length ? sent('visit.record_walkaround') : null))
  expect(command!.fields).toMatchObject({ odometer_km: 42_180, energy_pct: 55 })
})

test('quick taps on one inspection item make one finding and revise it', async () => {
  await db.visits.put(visit({ stage: 'diagnosing' }))
  const view = (await visitOf('visit'))!
  await Promise.all([{ grade: 'yellow' }, { grade: 'red' }, { cause: '磨损' }].map((said) => record(view, 'TYR-1', said as Said)))
  expect((await db.queue.orderBy('seq').toArray()).map((command) => command.name)).toEqual(['finding.record', 'finding.revise', 'finding.revise'])
  const [finding] = await db.findings.toArray()
  expect(finding).toMatchObject({ grade: 'red', cause: '磨损', version: 3 })
})

test('a second word on the same version names the first, so that it replaces it', async () => {
  await db.visits.put(visit({ stage: 'awaiting_approval', presented: [{ line_id: 'line', version: 1 }] }))
  await db.estimate_lines.put(estimateLine())
  await db.customers.put(customer())
  const step = showStep(DecisionStep, 'visit')
  await until(() => step.find(at('decide-line-approved')).exists())
  await step.get(at('decide-line-approved')).trigger('click')
  await until(() => step.find(`${at('decision-line-line')}[data-decision="approved"]`).exists())
  await step.get(at('decide-line-declined')).trigger('click')
  const said = await until(async () => ((await sent('estimate.decide')).length === 2 ? sent('estimate.decide') : null))
  expect(said[0]!.fields).not.toHaveProperty('replaces')
  expect(said[1]!.fields).toMatchObject({ replaces: [said[0]!.id], decided_by: { name: '王伟' } })
})

test('a tap on the catalogue puts a line on the estimate and can be taken back', async () => {
  await db.visits.put(visit({ stage: 'diagnosing' }))
  await db.catalog_items.put({
    id: 'c', rev: 1, code: 'BP-001', kind: 'part', name: '前制动片', name_en: 'Front pads', unit: '套', unit_price_fen: 64_600,
    standard_hours: null, as_of: '2026-11-01',
  })
  const step = showStep(EstimateStep, 'visit')
  await until(() => step.find(at('catalogue-search')).exists())
  await step.get(at('catalogue-search')).setValue('制动')
  await until(() => step.find(at('catalogue-result')).exists())
  await step.get(at('catalogue-result')).trigger('click')
  await until(() => step.find(at('total')).exists())
  expect(step.get(at('total')).text()).toBe('¥646.00')
  await toast.value!.back!()
  await until(() => !step.find(at('total')).exists())
  expect(await db.queue.count()).toBe(0)
})

test('a draft that was sent is forgotten', () => {
  const { form, done } = useDraft('x', () => ({ text: '' }))
  form.text = '刹车异响'
  expect(useDraft('x', () => ({ text: '' })).form.text).toBe('刹车异响')
  done()
  expect(useDraft('x', () => ({ text: '' })).form.text).toBe('')
})

test('roles are asked before anything is offered', () => {
  expect(['advisor', 'technician', 'inspector', 'manager'].map((role) => roleMay(role, 'quality.pass'))).toEqual([false, false, true, true])
  expect(roleMay('advisor', 'customer.merge')).toBe(false)
  expect(roleMay('technician', 'repair.advance')).toBe(true)
})

test('what is being typed into one field survives that another field is saved', async () => {
  await db.visits.put(visit({ stage: 'diagnosing' }))
  await db.inspection_items.put({
    id: 'i', rev: 1, code: 'TYR-1', group: '轮胎', group_en: 'Tyres', position: 1, name: '左前轮胎', name_en: 'Front left', unit: null, limits: null, phrases: [],
  })
  const step = showStep(DiagnosisStep, 'visit')
  await until(() => step.find(at('grade-TYR-1-red')).exists())
  await step.get(at('grade-TYR-1-red')).trigger('click')
  await until(() => step.find(at('cause-TYR-1')).exists())
  await step.get(at('cause-TYR-1')).setValue('磨损')
  await step.get(at('plan-TYR-1')).setValue('更换')
  await step.get(at('cause-TYR-1')).trigger('blur')
  await until(async () => (await db.findings.toArray())[0]?.cause === '磨损')
  await new Promise((later) => setTimeout(later, 50))
  expect((step.get(at('plan-TYR-1')).element as HTMLInputElement).value).toBe('更换')
})
