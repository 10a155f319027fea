/** Words that come later: asked for again after a failure, and never a key in a record. */
import { expect, test } from 'vitest'
import { phrasesFor } from '../screens/visit/steps/checkin/phrases'
import { later, learnSteps, t } from '.'

test('what could not be fetched is fetched again', async () => {
  let tries = 0
  const learn = later(async () => {
    if (++tries === 1) throw new TypeError('Failed to fetch')
    return { default: { test_only: { words: '到了' } } }
  })
  await expect(learn()).rejects.toThrow('Failed to fetch')
  await learn()
  await learn()
  expect([tries, t('test_only.words')]).toEqual([2, '到了'])
})

test('a phrase without words is none', async () => {
  expect(phrasesFor('')).toEqual([])
  await learnSteps()
  expect(phrasesFor('')).toHaveLength(12)
})
