// A training loop composed by hand: no engine, every step in sight.
import { compose, mixup, normalizeImage, padCrop } from '@clas/augment'
import { MobileNetV3_small_x0_35 } from '@clas/backbones'
import { createRng, disposeReplaced, disposeVariables, valueAndGradients } from '@clas/core'
import { createLoader, split } from '@clas/data'
import { useBackend } from '@clas/kernels'
import { apply, crossEntropy, init } from '@clas/nn'
import { cosine, momentum, warmup } from '@clas/optim'
import { argMax, memory, tidy } from '@tensorflow/tfjs-core'
import { readDigits } from 'example-digits'

await useBackend('wasm')
const epochs = 2
const seed = createRng(42)
const [heldOut, training] = split(readDigits(), 0.1, seed.fork('split'))
const normalize = normalizeImage({ mean: 0.13, std: 0.31 })
const loader = createLoader(training, {
  batchSize: 64,
  transform: compose([padCrop({ padding: 2, size: 28 }), normalize]),
  batchTransform: mixup({ alpha: 0.2 }),
  rng: seed.fork('data'),
  dropLast: true,
})
const model = MobileNetV3_small_x0_35({ classes: training.classes.length })
const steps = epochs * loader.stepsPerEpoch
const optimizer = momentum({
  lr: warmup(cosine({ from: 0.1, steps: steps - 50 }), { steps: 50 }),
  momentum: 0.9,
  weightDecay: 1e-4,
})

let variables = init(model, seed.fork('init'))
let state = optimizer.init(variables.params)
for await (using batch of loader.batches({ epochs })) {
  const { loss, gradients, buffers } = valueAndGradients((params) => {
    const options = { training: true, rng: seed.fork('step', batch.step) }
    const { output, buffers } = apply(model, { ...variables, params }, batch.images, options)
    return { loss: crossEntropy(output, batch.labels, { smoothing: 0.1 }), buffers }
  }, variables.params)
  if (batch.step % 50 === 0) console.log(`step ${batch.step} of ${steps}, loss ${loss.dataSync()[0]?.toFixed(3)}`)
  loss.dispose()
  disposeReplaced(variables.buffers, buffers) // the old running statistics
  ;({ variables, state } = optimizer.step({ ...variables, buffers }, gradients, state))
}

let right = 0
const evaluation = createLoader(heldOut, { batchSize: 250, transform: compose([normalize]), rng: seed, shuffle: false })
for await (using batch of evaluation.batches()) {
  const predicted = tidy(() => argMax(apply(model, variables, batch.images).output, 1).dataSync())
  right += batch.indices.filter((index, i) => predicted[i] === heldOut.label(index)).length
}
console.log(`accuracy ${((100 * right) / heldOut.length).toFixed(1)} % on ${heldOut.length} held-out digits`)
disposeVariables(variables)
optimizer.dispose(state)
console.log(`${memory().numTensors} tensors left`)
