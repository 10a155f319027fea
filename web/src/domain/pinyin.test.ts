import { expect, test } from 'vitest'
import { sounds, spelling } from './pinyin'

test('a text is spelled in full and by first letters', async () => {
  const spell = await spelling()
  expect(spell('更换前制动片')).toEqual({ full: 'genghuanqianzhidongpian', initials: 'ghqzdp' })
  expect(spell('4轮定位')).toEqual({ full: '4lundingwei', initials: '4ldw' })
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
