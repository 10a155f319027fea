/** Phone numbers as E.164 (ITU-T); the twin of server/domain/phone.py. */
import type { Part } from './pinyin'
import { bare, FormatError } from './typed'

const MOBILE = '1[3-9][0-9]{9}'
const LANDLINE = '(?:10|2[0-9])[0-9]{8}|[3-9][0-9]{2}[0-9]{7,8}'
const HOTLINE = '[48]00[0-9]{7}'
const AT_HOME = new RegExp(`^(?:(${MOBILE})|0(${LANDLINE})|(${HOTLINE}))$`)
const WITH_CHINA = new RegExp(`^(?:(?:\\+|00)?86(${MOBILE})|(?:\\+|00)860?(${LANDLINE}))$`)
const ABROAD = /^(?:\+|00)(?!86)([1-9][0-9]{6,14})$/
const WITHOUT_AREA = new RegExp(`^(?:${MOBILE}|${HOTLINE})$`)

/** The number as E.164, +86 for mainland numbers written without it; throws FormatError `phone_format`. */
export function normalise(text: string): string {
  const digits = bare(text).replace(/[()/]/g, '')
  const mainland = AT_HOME.exec(digits) ?? WITH_CHINA.exec(digits)
  if (mainland) return '+86' + mainland.slice(1).find(Boolean)
  const abroad = ABROAD.exec(digits)
  if (abroad) return '+' + abroad[1]
  throw new FormatError('phone_format')
}

/** The last four digits (尾号), by which customers are asked whether a number is theirs. */
export function tail(e164: string): string {
  return e164.slice(-4)
}

/** What others may see of a number: how it begins and its last four digits (`138****1234`, `028****1234`). */
export function masked(e164: string): string {
  if (!e164.startsWith('+86')) return `${e164.slice(0, 3)}****${tail(e164)}`
  const national = e164.slice(3)
  if (WITHOUT_AREA.test(national)) return `${national.slice(0, 3)}****${tail(e164)}`
  return `0${national.slice(0, /^[12]/.test(national) ? 2 : 3)}****${tail(e164)}`
}

/** Where a part of the number stands in its masked form; both end alike. */
export function maskedPart(e164: string, part?: Part): Part | undefined {
  const shorter = e164.length - masked(e164).length
  return part && [Math.max(0, part[0] - shorter), Math.max(0, part[1] - shorter)]
}
