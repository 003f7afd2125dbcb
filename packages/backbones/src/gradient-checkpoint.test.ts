import { createRng, disposeReplaced, disposeVariables, measurePeak, type Tensors, valueAndGradients } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { apply, crossEntropy, gradientCheckpoint, init, type Module, replace, walk } from '@clas/nn'
import { expectClose, image, oneHotLabels } from '@clas/testkit'
import { dispose, memory, tensor4d } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { createModel } from './index.ts'

/** One of each family, with the least share of the peak that checkpoints around its blocks save. */
const cases = [
  { name: 'ResNet18_vd', size: 96, batch: 8, saved: 0.3 },
  { name: 'MobileNetV3_small_x0_35', size: 96, batch: 8, saved: 0.45 },
  { name: 'PPLCNet_x0_25', size: 96, batch: 8, saved: 0.55 },
  { name: 'DeiT_tiny_patch16_224', size: 224, batch: 2, saved: 0.7 },
] as const

/** Modules in a list of blocks, whose names are numbers; for those without such lists, all that have parts. */
function blocks(model: Module): string[] {
  const paths = [...walk(model)].filter(([, part]) => part.part === 'module' && Object.keys(part.parts).length > 1)
  const outer = paths.map(([path]) => path).filter((path) => path.split('.').length <= 2 && /\d$/.test(path))
  return outer.filter((path) => !outer.some((other) => path.startsWith(`${other}.`)))
}

it.each(cases)(
  '$name trains with checkpoints around its blocks as without, in less memory',
  async ({ name, size, batch, saved }) => {
    await useBackend('wasm')
    const model = createModel(name, { classes: 10 })
    const paths = blocks(model)
    expect(paths.length).toBeGreaterThan(4)
    const checkpointed = paths.reduce<Module>((changed, path) => replace(changed, path, gradientCheckpoint), model)
    const x = tensor4d(image(batch, size), [batch, size, size, 3])
    const labels = oneHotLabels(batch, 10, (i) => (3 * i) % 10)
    const variables = init(model, createRng(1))
    const run = (module: Module) => {
      const before = memory().numBytes
      const { result, peakBytes } = measurePeak(() =>
        valueAndGradients((params) => {
          const applied = apply(module, { ...variables, params }, x, { training: true, rng: createRng(3) })
          return { loss: crossEntropy(applied.output, labels), buffers: applied.buffers }
        }, variables.params),
      )
      const { loss, gradients, buffers } = result
      const found = {
        loss: loss.dataSync()[0],
        gradients: read(gradients),
        buffers: read(buffers),
        peak: peakBytes - before,
      }
      disposeReplaced(buffers, variables.buffers)
      dispose([loss, { ...gradients }])
      return found
    }
    const [plain, again] = [run(model), run(checkpointed)]
    expect(again.loss).toBe(plain.loss)
    expect(again.buffers).toEqual(plain.buffers)
    expect(Object.keys(again.gradients)).toEqual(Object.keys(plain.gradients))
    for (const [path, gradient] of Object.entries(plain.gradients)) {
      // Where a tensor has three uses, its gradients are added in another order.
      const scale = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      expectClose(again.gradients[path] as Float32Array, gradient, { absolute: 1e-5 * scale + 1e-9, relative: 1e-4 })
    }
    expect(again.peak).toBeLessThan((1 - saved) * plain.peak)
    disposeVariables(variables)
    dispose([x, labels])
  },
)

const read = (tensors: Tensors): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(tensors).map(([path, tensor]) => [path, tensor.dataSync().slice() as Float32Array]))
