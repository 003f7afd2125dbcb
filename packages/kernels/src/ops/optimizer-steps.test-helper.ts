import { createRng } from '@clas/core'
import { expectClose, expectNoLeaks, randomTensor } from '@clas/testkit'
import { dispose, getBackend, scalar, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { compileStep } from '../compile/compile-step.ts'
import { stepCompilerOf } from '../compile/step-compiler.ts'
import { adamFactors } from '../contract.ts'
import { hasKernel } from './has-kernel.ts'
import { type AdamTensors, adamStep, type MomentumTensors, momentumStep } from './optimizer-steps.ts'

const SHAPES = [[], [0], [1], [3], [4], [5], [7], [3, 3, 5, 2], [1000], [40, 1031]] as const
const rng = createRng(11)

/** Of a few operations in float32. */
const CLOSE = { relative: 4e-7, absolute: 2e-7 }

/** Waits: on webgpu values can't be had at once. */
const numbers = async (tensor: Tensor): Promise<number[]> => [...(await tensor.data())]
const random = (shape: readonly number[], low = -1): Tensor => randomTensor(rng, shape, { low })

/**
 * Tests of both kernels on a backend, against their formulas in double precision, and in compiled steps.
 *
 * @param use - chooses the backend
 */
export function testOptimizerSteps(use: () => Promise<unknown>): void {
  it('the kernels are there', async () => {
    await use()
    expect([hasKernel('ClasMomentum'), hasKernel('ClasAdam')]).toEqual([true, true])
  })

  it.each([
    [0.9, 1e-2, 0, false],
    [0.9, 1e-2, 0, true],
    [0.9, 0, 0, true],
    [0.5, 0.1, 0.25, false],
    [0, 0, 0, false],
  ] as const)(
    'a step of momentum %d, decay %d, dampening %d, nesterov %s is what its formula says',
    async (momentum, weightDecay, dampening, nesterov) => {
      await use()
      await expectNoLeaks(async () => {
        for (const shape of SHAPES) {
          const arrays = { param: random(shape), gradient: random(shape), velocity: random(shape) }
          const tensors = { ...arrays, lr: scalar(0.1) }
          const found = momentumStep(tensors, { momentum, weightDecay, dampening, nesterov })
          const expected = await momentumOf(tensors, 0.1, momentum, weightDecay, dampening, nesterov)
          expect([found.param.shape, found.velocity.shape]).toEqual([shape, shape])
          expectClose(await numbers(found.velocity), expected.velocity, CLOSE)
          expectClose(await numbers(found.param), expected.param, CLOSE)
          dispose([{ ...tensors }, { ...found }])
        }
      })
    },
  )

  it.each([
    [1, 0, false],
    [3, 0.1, false],
    [1000, 0.1, true],
    [2, 0, true],
  ] as const)(
    'step %d of Adam, decay %d, decoupled %s is what its formula says',
    async (step, weightDecay, decoupled) => {
      await use()
      const betas = { beta1: 0.9, beta2: 0.99 }
      await expectNoLeaks(async () => {
        for (const shape of SHAPES) {
          const arrays = {
            param: random(shape),
            gradient: random(shape),
            mean: random(shape),
            squares: random(shape, 0),
          }
          const { factor, smallest } = adamFactors({ ...betas, epsilon: 1e-6, step })
          const tensors = { ...arrays, lr: scalar(0.01), factor: scalar(factor), smallest: scalar(smallest) }
          const found = adamStep(tensors, { ...betas, weightDecay, decoupled })
          const [p, m] = [await numbers(arrays.param), await numbers(arrays.mean)]
          const s = await numbers(arrays.squares)
          const g = (await numbers(arrays.gradient)).map((x, i) => x + (decoupled ? 0 : weightDecay * (p[i] as number)))
          const means = m.map((x, i) => 0.9 * x + 0.1 * (g[i] as number))
          const squared = s.map((x, i) => 0.99 * x + 0.01 * (g[i] as number) ** 2)
          const way = means.map((x, i) => {
            // As in the paper: both averages are corrected.
            const direction = x / (1 - 0.9 ** step) / (Math.sqrt((squared[i] as number) / (1 - 0.99 ** step)) + 1e-6)
            return direction + (decoupled ? weightDecay * (p[i] as number) : 0)
          })
          expect([found.param.shape, found.mean.shape, found.squares.shape]).toEqual([shape, shape, shape])
          expectClose(await numbers(found.mean), means, CLOSE)
          expectClose(await numbers(found.squares), squared, CLOSE)
          const next = p.map((x, i) => x - 0.01 * (way[i] as number))
          expectClose(await numbers(found.param), next, CLOSE)
          dispose([{ ...tensors }, { ...found }])
        }
      })
    },
  )

  it('in a compiled step momentum takes another learning rate at each call', async () => {
    await use()
    const options = { momentum: 0.9, weightDecay: 0.1, dampening: 0, nesterov: false }
    const tensors = { param: random([5]), gradient: random([5]), velocity: random([5]) }
    using step = compileStep((inputs: MomentumTensors) => tidy(() => momentumStep(inputs, options)))
    await expectNoLeaks(async () => {
      for (let i = 1; i < 6; i++) {
        const inputs = { ...tensors, lr: scalar(1 / i) }
        const found = step(inputs)
        const expected = await momentumOf(inputs, 1 / i, 0.9, 0.1, 0, false)
        expectClose(await numbers(found.param), expected.param, CLOSE)
        dispose([inputs.lr, { ...found }])
      }
    })
    expect(step.report.mode).toBe(stepCompilerOf(getBackend()) ? 'compiled' : 'eager')
    dispose(tensors)
  })

  it('in a compiled step Adam takes another step at each call, to the bit of the kernel', async () => {
    await use()
    const options = { beta1: 0.9, beta2: 0.99, weightDecay: 0.1, decoupled: true }
    const tensors = { param: random([5]), gradient: random([5]), mean: random([5]), squares: random([5], 0) }
    using compiled = compileStep((inputs: AdamTensors) => tidy(() => adamStep(inputs, options)))
    for (let step = 1; step < 6; step++) {
      const { factor, smallest } = adamFactors({ ...options, epsilon: 1e-6, step })
      const inputs = { ...tensors, lr: scalar(0.1 / step), factor: scalar(factor), smallest: scalar(smallest) }
      const [found, expected] = [compiled(inputs), adamStep(inputs, options)]
      for (const name of ['param', 'mean', 'squares'] as const) {
        expect(await numbers(found[name])).toEqual(await numbers(expected[name]))
      }
      dispose([inputs.lr, inputs.factor, inputs.smallest, { ...found }, { ...expected }])
    }
    expect(compiled.report.mode).toBe(stepCompilerOf(getBackend()) ? 'compiled' : 'eager')
    dispose(tensors)
  })
}

/** A step of momentum in double precision. */
async function momentumOf(
  { param, gradient, velocity }: MomentumTensors,
  lr: number,
  momentum: number,
  weightDecay: number,
  dampening: number,
  nesterov: boolean,
): Promise<{ readonly param: number[]; readonly velocity: number[] }> {
  const [p, g, v] = [await numbers(param), await numbers(gradient), await numbers(velocity)]
  const decayed = g.map((x, i) => x + weightDecay * (p[i] as number))
  const next = decayed.map((x, i) => momentum * (v[i] as number) + (1 - dampening) * x)
  const way = next.map((x, i) => (nesterov ? (decayed[i] as number) + momentum * x : x))
  return { velocity: next, param: p.map((x, i) => x - lr * (way[i] as number)) }
}
