import { createRng } from '@clas/core'
import { expect, test } from 'vitest'
import { decodeMutated, fixtures } from './mutate.test-helper.ts'

const MUTATIONS = 20_000

test(`${MUTATIONS} damaged files either decode or say what is wrong where`, async () => {
  const names = Object.keys(fixtures)
  const rng = createRng(1)
  const outcomes = { decoded: 0, 'corrupt-file': 0, 'unsafe-file': 0 }
  for (let i = 0; i < MUTATIONS; i++) {
    outcomes[await decodeMutated(names[i % names.length] as string, rng)]++
  }
  // All three ways are gone, or the damage is no test.
  for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(MUTATIONS / 100)
})
