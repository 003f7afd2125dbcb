import { expect, test } from 'vitest'
import { cases as batch } from './batch/batch-cases.test-helper.ts'
import { cases as color } from './color/contract-cases.test-helper.ts'
import { cases as composed } from './compose/contract-cases.test-helper.ts'
import { cases as erase } from './erase/contract-cases.test-helper.ts'
import { cases as geometry } from './geometry/contract-cases.test-helper.ts'
import { batchTransforms, createBatchTransform, createTransform, transforms } from './index.ts'
import { cases as paddle } from './paddle/contract-cases.test-helper.ts'
import { cases as policies } from './policies/contract-cases.test-helper.ts'
import { type CheckTransformOptions, checkBatchTransform, checkTransform } from './testing/index.ts'

/** What the contract runs each registered name with: the options, and what is checked less. */
type Cases = Readonly<Record<string, readonly (CheckTransformOptions & { readonly options: object })[]>>

const folders: readonly Cases[] = [color, composed, erase, geometry, paddle, policies]

test('every registered transform has cases, in one folder', () => {
  const named = folders.flatMap((cases) => Object.keys(cases)).sort()
  expect(named).toEqual(
    transforms
      .list()
      .map(({ name }) => name)
      .sort(),
  )
  expect(Object.keys(batch).sort()).toEqual(
    batchTransforms
      .list()
      .map(({ name }) => name)
      .sort(),
  )
})

for (const [name, list] of folders.flatMap((cases) => Object.entries(cases))) {
  test.each(list)(`${name} keeps the contract: $options`, ({ options, ...limits }) => {
    const transform = createTransform({ name, options })
    expect(transform.describe?.()).toEqual({ name, options })
    checkTransform(transform, limits)
  })
}

for (const [name, list] of Object.entries(batch)) {
  test.each(list)(`${name} keeps the contract of batches: $options`, ({ options, ...limits }) => {
    const transform = createBatchTransform({ name, options })
    expect(transform.describe?.()).toEqual({ name, options })
    checkBatchTransform(transform, limits)
  })
}
