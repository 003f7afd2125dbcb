import { createRng, disposeVariables, type Variables } from '@clas/core'
import { useBackend } from '@clas/kernels'
import {
  apply,
  batchNorm,
  conv2d,
  loadStateDict,
  type Module,
  module,
  relu,
  sequential,
  stateDictShapes,
  summary,
} from '@clas/nn'
import { expectClose, expectNoLeaks, FAST_BACKEND, fill, randomTensor } from '@clas/testkit'
import { add, max, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { PPLCNetV2_small } from './models/pp-lcnet-v2.ts'
import { RepVGG_A0 } from './models/repvgg.ts'
import { type Mergeable, reparameterize } from './reparameterize.ts'

beforeAll(async () => void (await useBackend(FAST_BACKEND)))

/** As training leaves them: statistics that are not those of `init`. */
function trainedVariables(model: Module): Variables {
  const shapes = Object.entries(stateDictShapes(model, 'paddle'))
  const arrays = Object.fromEntries(shapes.map(([key, shape]) => [key, { shape, data: fill(key, shape, 0.5) }]))
  return loadStateDict(model, arrays, { layout: 'paddle' })
}

/** Grouped branches of one's own, with another epsilon, around which the picture passes unchanged. */
function groupedBlock(channels: number): Mergeable {
  const normalised = (size: number): Module =>
    sequential([
      conv2d(channels, channels, size, { padding: (size - 1) / 2, groups: 2, bias: false }),
      batchNorm(channels, { epsilon: 0.01 }),
    ])
  const block = module(
    { skip: batchNorm(channels), large: normalised(5), small: normalised(1) } as Readonly<Record<string, Module>>,
    ({ skip, large, small, merged }, x) => {
      if (merged) return relu(merged(x))
      const branches = [skip, large, small].map((branch) => branch?.(x) as Tensor)
      return relu(branches.reduce((a, b) => add(a, b)))
    },
  )
  const convolution = conv2d(channels, channels, 5, { padding: 2, groups: 2 })
  return { ...block, merge: { branches: ['skip', 'large', 'small'], into: 'merged', convolution } }
}

it.each([
  { name: 'RepVGG_A0', model: RepVGG_A0(), channels: 3, parameters: 8_309_384 },
  { name: 'PPLCNetV2_small', model: PPLCNetV2_small(), channels: 3, parameters: 4_092_840 },
  { name: 'blocks of one’s own', model: sequential([groupedBlock(6), groupedBlock(6)]), channels: 6, parameters: 912 },
])('$name computes the same with merged branches, and leaks nothing', async ({ model, channels, parameters }) => {
  await expectNoLeaks(() => {
    const variables = trainedVariables(model)
    const merged = reparameterize(model, variables)
    const x = randomTensor(createRng(1), [2, 64, 64, channels])
    const expected = apply(model, variables, x).output
    disposeVariables(variables)
    const { output } = apply(merged.model, merged.variables, x)
    expectClose(output, expected, { relative: 0, absolute: 2e-5 * largest(expected) })
    expect(summary(merged.model, [1, 64, 64, channels]).parameters).toBe(parameters)
    disposeVariables(merged.variables)
    for (const tensor of [x, expected, output]) tensor.dispose()
  })
})

it('leaves nothing to merge', () => {
  const model = sequential([groupedBlock(4)])
  const variables = trainedVariables(model)
  const once = reparameterize(model, variables)
  const twice = reparameterize(once.model, once.variables)
  expect(stateDictShapes(twice.model)).toEqual(stateDictShapes(once.model))
  for (const each of [variables, once.variables, twice.variables]) disposeVariables(each)
})

it('names the variable that is missing', () => {
  const model = sequential([groupedBlock(4)])
  const variables = trainedVariables(model)
  const path = '0.large.1._mean'
  const buffers = Object.fromEntries(Object.entries(variables.buffers).filter(([name]) => name !== path))
  expect(() => reparameterize(model, { ...variables, buffers })).toThrow(`'${path}'`)
  disposeVariables(variables)
})

function largest(x: Tensor): number {
  const value = max(x)
  const [number = 0] = value.dataSync()
  value.dispose()
  return number
}
