import { createRng, type Tensors } from '@clas/core'
import { arraySource, createLoader, type Loader, type Source } from '@clas/data'
import {
  batchNorm,
  conv2d,
  dropout,
  flatten,
  globalAvgPool,
  init,
  linear,
  type Module,
  relu,
  sequential,
} from '@clas/nn'
import { momentum, type Optimizer } from '@clas/optim'
import { classification } from '../classification.ts'
import { createTrainState } from '../state.ts'
import type { TrainOptions } from '../train.ts'

/** Classes that differ in brightness, with noise: 8 × 8 grey pictures. */
export function tinySource({
  count = 22,
  classes = 3,
}: {
  readonly count?: number
  readonly classes?: number
} = {}): Source {
  const rng = createRng(7)
  const labels = Array.from({ length: count }, (_, i) => i % classes)
  const data = Float32Array.from({ length: count * 64 }, (_, i) => {
    return (labels[Math.floor(i / 64)] as number) / classes + rng.uniform(-0.2, 0.2)
  })
  const names = Array.from({ length: classes }, (_, label) => `class ${label}`)
  return arraySource({ images: { data, shape: [count, 8, 8, 1] }, labels, classes: names })
}

/** Convolution, batch normalisation, dropout and a linear layer. */
export function tinyNet(classes = 3): Module {
  return sequential([
    conv2d(1, 4, 3, { padding: 1 }),
    batchNorm(4),
    relu,
    globalAvgPool,
    flatten,
    dropout(0.2),
    linear(4, classes),
  ])
}

/** A loader of batches of 4, the last of fewer. */
export function tinyLoader(source: Source = tinySource(), shuffle = true): Loader {
  return createLoader(source, { batchSize: 4, rng: createRng(3).fork('data'), shuffle })
}

/** Everything a short training needs. The state is new on each call. */
export function tinyOptions(
  optimizer: Optimizer = momentum({ lr: 0.05, momentum: 0.9 }),
  module: Module = tinyNet(),
): Omit<TrainOptions, 'epochs'> & { readonly module: Module } {
  const rng = createRng(42)
  return {
    task: classification({ module, smoothing: 0.1 }),
    module,
    loader: tinyLoader(),
    optimizer,
    state: createTrainState({ variables: init(module, rng.fork('init')), optimizer }),
    rng,
  }
}

/** The bits of tensors by name. */
export function bits(tensors: Tensors): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(tensors).map(([path, tensor]) => [
      path,
      [...new Uint32Array(new Float32Array(tensor.dataSync()).buffer)],
    ]),
  )
}
