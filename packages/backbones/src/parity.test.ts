import { readdirSync, readFileSync } from 'node:fs'
import { disposeVariables, type StateDict } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { apply, loadStateDict, stateDictShapes, summary } from '@clas/nn'
import { FAST_BACKEND, fill, image } from '@clas/testkit'
import { tensor4d } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { createModel } from './index.ts'

/** What PaddlePaddle computed for a model of PaddleClas, in evaluation mode: see fixtures/README.md. */
interface Reference {
  readonly model: string
  readonly gain: number
  readonly size: number
  readonly batch: number
  readonly parameters: number
  readonly convAndLinearMacs: number
  readonly keys: readonly (readonly [string, readonly number[]])[]
  readonly outputs: readonly {
    readonly shape: number[]
    readonly std: number
    readonly at: number[]
    readonly values: number[][]
  }[]
  readonly sensitivity?: number
}

const folder = new URL('../fixtures/paddle/', import.meta.url)
const references = readdirSync(folder).map((name): Reference => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))

describe.each(references)('$model', (reference) => {
  const model = createModel(reference.model, { classes: 1000 })

  test('has the published keys and shapes in the published order', () => {
    expect(Object.entries(stateDictShapes(model, 'paddle'))).toEqual(reference.keys.map(([key, shape]) => [key, shape]))
  })

  test('has the published number of parameters and multiply-adds', () => {
    const counted = summary(model, [1, reference.size, reference.size, 3])
    expect(counted.parameters).toBe(reference.parameters)
    expect(counted.layerMultiplyAdds).toBe(reference.convAndLinearMacs)
    expect(counted.outputShape).toEqual([1, 1000])
  })

  test('computes the logits that PaddlePaddle computes', async () => {
    await useBackend(FAST_BACKEND)
    const arrays: StateDict = Object.fromEntries(
      reference.keys.map(([key, shape]) => [key, { shape, data: fill(key, shape, reference.gain) }]),
    )
    const variables = loadStateDict(model, arrays, { layout: 'paddle' })
    const { size, batch } = reference
    const x = tensor4d(image(batch, size), [batch, size, size, 3])
    const { output } = apply(model, variables, x)
    const values = await output.data()
    const [expected] = reference.outputs
    expect(output.shape).toEqual(expected?.shape)
    const std = expected?.std ?? Number.NaN
    const errors = expected?.values.flatMap((row, b) =>
      row.map((value, i) => Math.abs((values[b * 1000 + (expected.at[i] ?? 0)] as number) - value) / std),
    )
    disposeVariables(variables)
    x.dispose()
    output.dispose()
    expect(Math.max(...(errors ?? [Number.NaN]))).toBeLessThan(Math.max(2e-5, 5 * (reference.sensitivity ?? 4e-6)))
  })
})
