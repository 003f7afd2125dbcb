// Trains a small convolutional network on 8,000 real handwritten digits and measures it on 2,000 others.
import { parseArgs } from 'node:util'
import { compose, normalizeImage, randAffine } from '@clas/augment'
import { PPLCNet_x0_5 } from '@clas/backbones'
import { createRng, disposeVariables } from '@clas/core'
import { createLoader, split } from '@clas/data'
import { encodePng } from '@clas/data/node'
import { classification, createTrainState, evaluate, fit, predict, topK } from '@clas/engine'
import { checkpoints, createRun, jsonLinesLog, progressBar, report, writeMetrics, writeReport } from '@clas/engine/node'
import { useBackend } from '@clas/kernels'
import { init, parametersWithoutDecay, summary } from '@clas/nn'
import { cosine, momentum, warmup } from '@clas/optim'
import { readDigits } from 'example-digits'

const { values: flags } = parseArgs({ options: { seed: { type: 'string', default: '1' }, out: { type: 'string' } } })
const seed = Number(flags.seed)
const epochs = 11
const rng = createRng(seed)
await useBackend('wasm')

const digits = readDigits()
const [heldOut, training] = split(digits, 0.2, rng.fork('split'))
const normalize = normalizeImage({ mean: 0.1307, std: 0.3081 })
const loader = createLoader(training, {
  batchSize: 64,
  transform: compose([randAffine({ degrees: [-10, 10], translate: [0.08, 0.08], scale: [0.88, 1.12] }), normalize]),
  rng: rng.fork('data'),
  dropLast: true,
})
const validation = createLoader(heldOut, { batchSize: 250, transform: compose([normalize]), rng, shuffle: false })

const model = PPLCNet_x0_5({ classes: 10, dropout: 0, strides: [2, 1, 2, 2, 1] })
const { parameters, multiplyAdds } = summary(model, [1, 28, 28, 3])
console.log(`${model.name}, ${parameters} parameters, ${(multiplyAdds / 1e6).toFixed(1)} M multiply-adds per digit`)
const steps = epochs * loader.stepsPerEpoch
const optimizer = momentum({
  lr: warmup(cosine({ from: 0.2, steps: steps - 100 }), { steps: 100 }),
  momentum: 0.9,
  weightDecay: 5e-4,
  noDecay: parametersWithoutDecay(model),
})
const run = await createRun(flags.out ?? `runs/quickstart-${new Date().toISOString().replace(/[:.]/g, '-')}`, {
  model: model.name,
  classes: digits.classes,
  pictures: { training: training.length, heldOut: heldOut.length },
  recipe: { optimizer: 'momentum 0.9', lr: 0.2, schedule: 'warm-up, cosine', weightDecay: 5e-4, smoothing: 0.1 },
  batchSize: 64,
  epochs,
  seed,
})
const metadata = { seed, model: model.name, classes: digits.classes }
const state = createTrainState({ variables: init(model, rng.fork('init')), optimizer })

const begun = performance.now()
const trained = await fit(
  {
    task: classification({ module: model, smoothing: 0.1 }),
    loader,
    optimizer,
    state,
    epochs,
    rng: rng.fork('train'),
    module: model,
    evaluate: { loader: validation, every: 4 },
  },
  progressBar({ stream: process.stdout }),
  jsonLinesLog(run),
  checkpoints(run, { optimizer, metadata }),
  report(run, { title: 'Handwritten digits' }),
)
const seconds = Math.round((performance.now() - begun) / 1000)

const result = await evaluate({ module: model, variables: trained.variables, loader: validation, predictions: 1 })
const { predictions, ...metrics } = result
await writeMetrics(run, { ...metrics, seconds })
const wrong = predictions.filter(({ label, top }) => top[0]?.label !== label).sort((a, b) => b.loss - a.loss)
const worst = await Promise.all(
  wrong.slice(0, 24).map(async ({ index, label, top: [first] }) => {
    const image = await heldOut.read(index)
    return {
      png: encodePng({ ...image, data: Uint8Array.from(image.data) }),
      name: heldOut.name(index),
      label: String(label),
      predicted: String(first?.label),
      probability: first?.score ?? 0,
    }
  }),
)
await writeReport(run, { title: 'Handwritten digits', evaluation: result, worst })

const few = createLoader(heldOut, { batchSize: 5, transform: compose([normalize]), rng: rng.fork('few') })
for await (using batch of few.batches()) {
  const probabilities = predict(model, trained.variables, batch.images)
  for (const [i, [best]] of (await topK(probabilities, 1)).entries()) {
    const name = heldOut.name(batch.indices[i] ?? 0)
    console.log(`${name} is a ${best?.label} (${(100 * (best?.score ?? 0)).toFixed(1)} %)`)
  }
  probabilities.dispose()
  break
}
disposeVariables(trained.variables)
optimizer.dispose(trained.optimizer)
console.log(`report: ${run.files.report}`)
console.log(
  `quickstart: accuracy ${(100 * result.top1).toFixed(2)} % on ${result.count.toLocaleString('en')} held-out digits, trained in ${seconds} s`,
)
