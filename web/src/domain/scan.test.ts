import { expect, test } from 'vitest'
import { vinIn } from './scan'

const VIN = 'LDC613P23A1305189'

test.each([
  ['alone', VIN],
  ['between the stars of a Code 39', `*${VIN}*`],
  ['with an import sign before it', `I${VIN}`],
  ['on a label among much else', `品牌:东风标致\n型号:DC7165\n车架号：${VIN}\n发动机号:TU5JP41234567`],
  ['in an address', `https://example.cn/q?vin=${VIN}&d=20260101`],
  ['in small letters', VIN.toLowerCase()],
  ['in a longer run, by its check digit', `000${VIN}99`],
])('a VIN is found %s', (_where, text) => {
  expect(vinIn(text)).toBe(VIN)
})

test('a VIN without a fitting check digit is taken when it stands alone', () => {
  expect(vinIn('WVWZZZ1KZ6W000001')).toBe('WVWZZZ1KZ6W000001')
})

test.each(['6901234567892', 'https://example.cn/service', '11111111111111111', 'LDC613P23A13051'])('nothing is made up from %s', (text) => {
  expect(vinIn(text)).toBeNull()
})
