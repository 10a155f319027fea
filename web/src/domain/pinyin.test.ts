import { expect, test } from 'vitest'
import { heard, sounds, spelling } from './pinyin'

test('a text is spelled in full and by first letters', async () => {
  const spell = await spelling()
  expect(spell('更换前制动片')).toMatchObject({ full: 'genghuanqianzhidongpian', initials: 'ghqzdp' })
  expect(spell('4轮定位')).toMatchObject({ full: '4lundingwei', initials: '4ldw' })
})

test('a surname is read as a surname', async () => {
  const spell = await spelling()
  expect(spell('单晓', 'name').full).toBe('shanxiao')
  expect(spell('曾伟', 'name').initials).toBe('zw')
})

test('a text is found by characters, sounds and first letters, and not by others', async () => {
  const spell = await spelling()
  for (const typed of ['制动', 'zhidong', 'qzdp', 'QZDP', 'zhi dong']) expect(sounds('更换前制动片', typed, spell)).toBe(true)
  for (const typed of ['轮胎', 'lt', 'zdq']) expect(sounds('更换前制动片', typed, spell)).toBe(false)
})

test('without the dictionary characters still find', () => {
  expect(sounds('更换前制动片', '制动', undefined)).toBe(true)
  expect(sounds('更换前制动片', 'zd', undefined)).toBe(false)
})

const wei = ['wang', 'wei']
const ou = ['ou', 'yang', 'na', 'na']

test.each([
  ['whole', wei, 'wangwei', [0, 2]],
  ['by initials', wei, 'ww', [0, 2]],
  ['by the family name', wei, 'wang', [0, 1]],
  ['by a beginning', wei, 'wangw', [0, 2]],
  ['by an initial and a syllable', wei, 'wwei', [0, 2]],
  ['by the given name', wei, 'wei', [1, 2]],
  ['by initials of a long name', ou, 'oynn', [0, 4]],
  ['from the middle of a name', ou, 'nn', [2, 4]],
  ['by a short syllable that a longer one begins with', ['xi', 'an'], 'xian', [0, 2]],
])('a name is heard %s', (_how, syllables, letters, part) => {
  expect(heard(syllables, letters)).toEqual(part)
})

test.each([
  ['another name', wei, 'li'],
  ['more letters than the name has', wei, 'wangweix'],
  ['letters out of order', wei, 'weiw'],
])('a name is not heard from %s', (_what, syllables, letters) => {
  expect(heard(syllables, letters)).toBeNull()
})
