import { createRng } from '@clas/core'
import { BACKENDS_UNDER_TEST, expectClose, expectNoLeaks, randomTensor } from '@clas/testkit'
import { dispose, type Tensor, zeros } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { useBackend } from '../use-backend.ts'
import { adamStep, hasKernel, momentumStep } from './optimizer-steps.ts'

const SHAPES = [[1], [7], [3, 3, 5, 2], [1000], [0]] as const
const rng = createRng(11)

/** Of a few operations in float32. */
const CLOSE = { relative: 4e-7, absolute: 2e-7 }

const numbers = (tensor: Tensor): number[] => [...tensor.dataSync()]

describe.each(BACKENDS_UNDER_TEST)('on %s', (backend) => {
  it('a step of momentum is what its formula says', async ({ skip }) => {
    await useBackend(backend)
    if (!hasKernel('ClasMomentum')) skip(`${backend} has no ClasMomentum: optimizers take several operations there`)
    await expectNoLeaks(() => {
      for (const shape of SHAPES) {
        for (const [momentum, weightDecay, dampening, nesterov] of [
          [0.9, 1e-2, 0, false],
          [0.9, 1e-2, 0, true],
          [0.5, 0, 0.25, false],
          [0, 0, 0, false],
        ] as const) {
          const [param, gradient, velocity] = [1, 2, 3].map(() => randomTensor(rng, shape)) as [Tensor, Tensor, Tensor]
          const found = momentumStep(
            { param, gradient, velocity },
            { lr: 0.1, momentum, weightDecay, dampening, nesterov },
          )
          const [p, g, v] = [numbers(param), numbers(gradient), numbers(velocity)]
          const decayed = g.map((x, i) => x + weightDecay * (p[i] as number))
          const next = decayed.map((x, i) => momentum * (v[i] as number) + (1 - dampening) * x)
          const way = next.map((x, i) => (nesterov ? (decayed[i] as number) + momentum * x : x))
          expectClose(found.velocity, next, CLOSE)
          expectClose(
            found.param,
            p.map((x, i) => x - 0.1 * (way[i] as number)),
            CLOSE,
          )
          dispose([param, gradient, velocity, found.param, found.velocity])
        }
      }
    })
  })

  it('a step of Adam is what its formula says', async ({ skip }) => {
    await useBackend(backend)
    if (!hasKernel('ClasAdam')) skip(`${backend} has no ClasAdam: optimizers take several operations there`)
    await expectNoLeaks(() => {
      for (const shape of SHAPES) {
        for (const [step, weightDecay, decoupled] of [
          [1, 0, false],
          [3, 0.1, false],
          [1000, 0.1, true],
        ] as const) {
          const [param, gradient, mean] = [1, 2, 3].map(() => randomTensor(rng, shape)) as [Tensor, Tensor, Tensor]
          const squares = randomTensor(rng, shape, { low: 0 })
          const options = { lr: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, step, weightDecay, decoupled }
          const found = adamStep({ param, gradient, mean, squares }, options)
          const [p, m, s] = [numbers(param), numbers(mean), numbers(squares)]
          const g = numbers(gradient).map((x, i) => x + (decoupled ? 0 : weightDecay * (p[i] as number)))
          const means = m.map((x, i) => 0.9 * x + 0.1 * (g[i] as number))
          const squared = s.map((x, i) => 0.99 * x + 0.01 * (g[i] as number) ** 2)
          const way = means.map((x, i) => {
            // As in the paper: both averages are corrected.
            const direction = x / (1 - 0.9 ** step) / (Math.sqrt((squared[i] as number) / (1 - 0.99 ** step)) + 1e-6)
            return direction + (decoupled ? weightDecay * (p[i] as number) : 0)
          })
          expectClose(found.mean, means, CLOSE)
          expectClose(found.squares, squared, CLOSE)
          expectClose(
            found.param,
            p.map((x, i) => x - 0.01 * (way[i] as number)),
            CLOSE,
          )
          dispose([param, gradient, mean, squares, found.param, found.mean, found.squares])
        }
      }
    })
  })
})

it('tensors of other shapes are refused by name', async () => {
  await useBackend('cpu')
  const [param, gradient] = [zeros([2]), zeros([3])]
  const options = { lr: 1, momentum: 0, weightDecay: 0, dampening: 0, nesterov: false }
  expect(() => momentumStep({ param, gradient, velocity: param }, options)).toThrow('gradient')
  dispose([param, gradient])
})
