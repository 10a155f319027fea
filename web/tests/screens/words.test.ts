/** The words of the screens: none missing, none left over, none hidden in the code. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ROLES } from '../../src/gen/wire'
import en from '../../src/i18n/en'
import first from '../../src/i18n/zh'
import aftercare from '../../src/i18n/zh/aftercare'
import contact from '../../src/i18n/zh/contact'
import exportWords from '../../src/i18n/zh/exports'
import factor from '../../src/i18n/zh/factor'
import inbox from '../../src/i18n/zh/inbox'
import records from '../../src/i18n/zh/records'
import rights from '../../src/i18n/zh/rights'
import steps from '../../src/i18n/zh/steps'
import tablet from '../../src/i18n/zh/tablet'

const zh = { ...first, ...inbox, ...steps, ...aftercare, ...contact, ...tablet, ...records, ...exportWords, ...rights, ...factor }
type Words = { [key: string]: string | Words }
const SRC = fileURLToPath(new URL('../../src/', import.meta.url))
const OURS = ['screens', 'parts', 'i18n/index.ts', 'App.vue', 'router.ts', 'main.ts']

const keysOf = (words: Words, prefix = ''): string[] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value, `${prefix}${key}.`),
  )

function filesIn(path: string): string[] {
  if (statSync(path).isFile()) return [path]
  return readdirSync(path).flatMap((name) => filesIn(`${path}/${name}`))
}
const files = OURS.flatMap((name) => filesIn(SRC + name)).filter((path) => /(?<!\.test)\.(vue|ts)$/.test(path))
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*|<!--[\s\S]*?-->/g, '')
const sources = files.map((path) => ({ path: path.slice(SRC.length), text: withoutComments(readFileSync(path, 'utf8')) }))
const code = sources.map(({ text }) => text).join('\n')

const zhKeys = keysOf(zh)
const heads = new Set(zhKeys.map((key) => key.split('.')[0]))
/** Quoted texts with dots whose first word is a group of the messages; command names are told apart below. */
const named = new Set(
  [...code.matchAll(/'([a-z_]+(?:\.[a-z_A-Z0-9]+)+)'/g)].map((match) => match[1]!).filter((key) => heads.has(key.split('.')[0])),
)
const prefixes = [...code.matchAll(/`([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map((match) => match[1]!)
const wordPrefixes = [...code.matchAll(/wordOf\(\s*'([a-z_.]+)'/g)].map((match) => `${match[1]}.`)
const lookedUp = [...code.matchAll(/^ {2}[a-z_]+: '([a-z_.]+)',$/gm)].map((match) => `${match[1]}.`)
const commands = new Set(keysOf({ command: zh.command }).map((key) => key.slice('command.'.length)))

test('both languages have the same keys', () => {
  expect(keysOf(en).sort()).toEqual([...zhKeys].sort())
})

test('both languages put the same facts into a message', () => {
  const facts = (words: Words, prefix = ''): Record<string, string[]> =>
    Object.fromEntries(
      Object.entries(words).flatMap(([key, value]) =>
        typeof value === 'string'
          ? [[prefix + key, [...new Set([...value.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort()]]
          : Object.entries(facts(value, `${prefix}${key}.`)),
      ),
    )
  expect(facts(en)).toEqual(facts(zh))
})

test('every key that a screen names has words', () => {
  const missing = [...named].filter((key) => !zhKeys.includes(key) && !commands.has(key) && !zhKeys.some((one) => one.startsWith(`${key}.`)))
  expect(missing).toEqual([])
})

test('every prefix that a screen completes leads to words', () => {
  expect(prefixes.filter((prefix) => heads.has(prefix.split('.')[0]) && !zhKeys.some((key) => key.startsWith(prefix)))).toEqual([])
})

test('no words are left over', () => {
  const led = [...prefixes, ...wordPrefixes, ...lookedUp]
  expect(zhKeys.filter((key) => !named.has(key) && !led.some((prefix) => key.startsWith(prefix)))).toEqual([])
})

test('every role, command and reason has words', () => {
  const roles = Object.keys(ROLES).filter((role) => role !== 'link')
  expect(roles.filter((role) => !(role in zh.role))).toEqual([])
  const wire = readFileSync(`${SRC}gen/wire.ts`, 'utf8')
  const table = /export interface CommandFields \{([\s\S]*?)\n\}/.exec(wire)![1]!
  const names = [...table.matchAll(/"([a-z_.]+)":/g)].map((match) => match[1]!)
  expect(names.length).toBeGreaterThan(30)
  expect(names.filter((name) => !commands.has(name) && !name.startsWith('push.'))).toEqual([])
  const reasons = readFileSync(`${SRC}../../server/domain/reasons.py`, 'utf8')
  const codes = [...reasons.matchAll(/^ {4}[A-Z_]+ = "([a-z_]+)"$/gm)].map((match) => match[1]!)
  expect(codes.filter((reason) => !(reason in zh.reason))).toEqual([])
})

test('every problem for which sync waits for a person is told in words', () => {
  const names = readdirSync(`${SRC}sync`).filter((name) => name.endsWith('.ts'))
  const sync = names.map((name) => readFileSync(`${SRC}sync/${name}`, 'utf8')).join('\n')
  const stops = [...sync.matchAll(/Stopped\(\{ code: '([a-z_]+)'[^)]*\}, false\)|problem: \{ code: '([a-z_]+)'/g)]
  expect(stops.length).toBeGreaterThan(2)
  const told = [...stops.map((match) => match[1] ?? match[2]!), 'signed_out', 'app_too_old', 'server_older']
  expect(told.filter((code) => !(code in zh.unsent.problem))).toEqual([])
})

test('no Chinese is written into a screen', () => {
  const found = sources.flatMap(({ path, text }) => {
    const hit = /.*\p{Script=Han}.*/u.exec(text)
    return hit ? [`${path}: ${hit[0].trim()}`] : []
  })
  expect(found).toEqual([])
})
