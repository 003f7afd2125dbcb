import { readdirSync, readFileSync } from 'node:fs'
import { createRng, type StateDict, valueAndGradients } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { apply, crossEntropy, loadStateDict } from '@clas/nn'
import { FAST_BACKEND, fill, image, l2Norm, oneHotLabels } from '@clas/testkit'
import { dispose, tensor4d } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { createModel } from './index.ts'

/** What PaddlePaddle computed in one step of training, dropout off: see fixtures/README.md. */
interface Reference {
  readonly model: string
  readonly gain: number
  readonly size: number
  readonly batch: number
  readonly keys: readonly (readonly [string, readonly number[]])[]
  readonly loss: number
  readonly lossSensitivity: number
  readonly gradients: Readonly<Record<string, readonly [norm: number, sensitivity: number]>>
  readonly newBuffers: Readonly<Record<string, readonly [sum: number, first: number]>>
}

const folder = new URL('../fixtures/paddle-train/', import.meta.url)
const references = readdirSync(folder).map((name): Reference => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))

describe.each(references)('a training step of $model', (reference) => {
  test('gives the loss, the gradients and the statistics that PaddlePaddle gives', async () => {
    await useBackend(FAST_BACKEND)
    const { size, batch, gain } = reference
    const model = createModel(reference.model, { classes: 1000, dropout: 0 } as { classes: number })
    const arrays: StateDict = Object.fromEntries(
      reference.keys.map(([key, shape]) => [key, { shape, data: fill(key, shape, gain) }]),
    )
    const variables = loadStateDict(model, arrays, { layout: 'paddle' })
    const x = tensor4d(image(batch, size), [batch, size, size, 3])
    const labels = oneHotLabels(batch, 1000, (i) => 37 * i + 11)
    const { loss, gradients, buffers } = valueAndGradients((params) => {
      const applied = apply(model, { ...variables, params }, x, { training: true, rng: createRng(0) })
      return { loss: crossEntropy(applied.output, labels), buffers: applied.buffers }
    }, variables.params)

    const lossTolerance = Math.max(2e-5, 5 * reference.lossSensitivity)
    expect(relative(loss.dataSync()[0], reference.loss)).toBeLessThan(lossTolerance)

    const wrong: string[] = []
    const outside = new Map<number, string>()
    for (const [key, [expected, sensitivity]] of Object.entries(reference.gradients)) {
      const tolerance = Math.max(1e-3, 10 * sensitivity)
      if (tolerance > 0.2) continue
      const gradient = gradients[key]
      const error = relative(gradient ? l2Norm(gradient) : 0, expected)
      if (!(error < tolerance)) outside.set(expected, key)
      if (!(error < Math.max(tolerance, 10 * sensitivityOfUnit(reference, key)))) wrong.push(`${key}: off by ${error}`)
    }
    // Two disturbances tell little of one norm: a rare one is outside of its own tolerance. Biases that are added to the
    // same sum have the same gradient, to the last bit: by its expected value it counts once. See docs/numerics.md.
    expect(outside.size, [...outside.values()].join(', ')).toBeLessThanOrEqual(1)
    for (const [key, [sum, first]] of Object.entries(reference.newBuffers)) {
      const values = (buffers[key]?.dataSync() ?? []) as Float32Array
      const total = values.reduce((a, b) => a + b, 0)
      const scale = values.reduce((a, b) => a + Math.abs(b), 0)
      if (!(Math.abs(total - sum) < 1e-4 * scale)) wrong.push(`${key}: sum ${total}, expected ${sum}`)
      if (!(Math.abs((values[0] ?? Number.NaN) - first) < 1e-4 * Math.max(1, Math.abs(first))))
        wrong.push(`${key}: first ${values[0]}, expected ${first}`)
    }
    dispose([x, labels, loss, gradients, buffers, variables.params, variables.buffers] as never)
    expect(wrong).toEqual([])
  })
})

/** The largest sensitivity in a convolution and the normalisation behind it: one rounding error disturbs them together. */
function sensitivityOfUnit({ gradients }: Reference, key: string): number {
  const unit = key.replace(/\.(_?conv|_?bn|_batch_norm)?\.?(weight|bias)$/, '')
  const own = Object.entries(gradients).filter(([other]) => other.startsWith(`${unit}.`))
  return Math.max(...own.map(([, [, sensitivity]]) => sensitivity))
}

const relative = (found: number | undefined, expected: number): number =>
  Math.abs((found ?? Number.NaN) - expected) / Math.max(Math.abs(expected), 1e-12)
