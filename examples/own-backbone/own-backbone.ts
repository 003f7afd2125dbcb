// An own backbone: described in one function, registered under a name, made and trained by that name.
import { compose, normalizeImage } from '@clas/augment'
import { backbones, createModel, imagenetPreprocessing, type Model, type ModelOptions } from '@clas/backbones'
import { createRng } from '@clas/core'
import { createLoader, split } from '@clas/data'
import { classification, createTrainState, disposeTrainState, evaluate, fit } from '@clas/engine'
import { progressBar } from '@clas/engine/node'
import { useBackend } from '@clas/kernels'
import { batchNorm, conv2d, flatten, globalAvgPool, init, linear, module, relu, sequential, summary } from '@clas/nn'
import { cosine, momentum } from '@clas/optim'
import { readDigits } from 'example-digits'

function TinyNet({ classes = 1000 }: ModelOptions = {}): Model {
  const stage = (from: number, to: number) =>
    sequential([conv2d(from, to, 3, { stride: 2, padding: 1, bias: false }), batchNorm(to), relu])
  const root = module(
    { stage1: stage(3, 16), stage2: stage(16, 32), stage3: stage(32, 64), fc: linear(64, classes) },
    ({ stage1, stage2, stage3, fc }, x) => fc(flatten(globalAvgPool(stage3(stage2(stage1(x)))))),
  )
  const stages = ['stage1', 'stage2', 'stage3']
  return {
    ...root,
    name: 'TinyNet',
    inputSize: 28,
    classes,
    stages,
    classifier: 'fc',
    preprocessing: imagenetPreprocessing,
  }
}

declare module '@clas/backbones' {
  interface Backbones {
    TinyNet: typeof TinyNet
  }
}
backbones.register('TinyNet', TinyNet, { inputSize: 28 })

await useBackend('wasm')
const rng = createRng(3)
const model = createModel('TinyNet', { classes: 10 })
for (const { path, type, outputShape, multiplyAdds } of summary(model, [1, 28, 28, 3]).layers) {
  console.log(path.padEnd(10), type.padEnd(11), `[${outputShape}]`.padEnd(16), multiplyAdds)
}

const [heldOut, training] = split(readDigits(), 0.1, rng.fork('split'))
const transform = compose([normalizeImage({ mean: 0.13, std: 0.31 })])
const loader = createLoader(training, { batchSize: 64, transform, rng: rng.fork('data'), dropLast: true })
const validation = createLoader(heldOut, { batchSize: 250, transform, rng, shuffle: false })
const optimizer = momentum({ lr: cosine({ from: 0.1, steps: 2 * loader.stepsPerEpoch }), momentum: 0.9 })
const state = createTrainState({ variables: init(model, rng.fork('init')), optimizer })
const task = classification({ module: model })
const trained = await fit({ task, loader, optimizer, state, epochs: 2, rng }, progressBar({ stream: process.stdout }))
const { top1, count } = await evaluate({ module: model, variables: trained.variables, loader: validation })
console.log(`accuracy ${(100 * top1).toFixed(1)} % on ${count} held-out digits`)
disposeTrainState(trained, optimizer)
