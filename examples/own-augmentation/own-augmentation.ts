// An own augmentation: random in `sample`, pure in `apply`. It composes, replays and trains like those of the package.
import { compose, defineTransform, type Image, normalizeImage, randAffine } from '@clas/augment'
import { PPLCNet_x0_25 } from '@clas/backbones'
import { createRng } from '@clas/core'
import { createLoader, split } from '@clas/data'
import { classification, createTrainState, disposeTrainState, evaluate, fit } from '@clas/engine'
import { progressBar } from '@clas/engine/node'
import { useBackend } from '@clas/kernels'
import { init } from '@clas/nn'
import { cosine, momentum } from '@clas/optim'
import { readDigits } from 'example-digits'

/** Inverts a band of rows, as if the sun had burnt it in. */
const solarBand = defineTransform({
  name: 'SolarBand',
  sample: (rng, { height }) => ({ top: rng.integer(0, height), rows: 4 }),
  apply: (image, { top, rows }): Image => {
    const data = image.data.slice()
    const row = image.width * image.channels
    for (let i = top * row; i < Math.min((top + rows) * row, data.length); i++) data[i] = 255 - (data[i] ?? 0)
    return { ...image, data }
  },
})

await useBackend('wasm')
const rng = createRng(7)
const digits = readDigits()
const augmentation = compose([randAffine({ degrees: [-10, 10] }), solarBand])

// What was drawn is plain JSON, and gives the same picture again.
const { image, parameters } = augmentation.run(await digits.read(0), rng.fork('look'))
console.log('drawn:', JSON.stringify(parameters))
const again = augmentation.replay(await digits.read(0), parameters)
console.log('replayed to the byte:', Buffer.compare(Buffer.from(image.data), Buffer.from(again.data)) === 0)

const [heldOut, training] = split(digits, 0.1, rng.fork('split'))
const normalize = normalizeImage({ mean: 0.13, std: 0.31 })
const transform = compose([augmentation, normalize])
const loader = createLoader(training, { batchSize: 64, transform, rng: rng.fork('data'), dropLast: true })
const validation = createLoader(heldOut, { batchSize: 250, transform: compose([normalize]), rng, shuffle: false })

const epochs = 2
const module = PPLCNet_x0_25({ classes: 10, strides: [1, 2, 2, 2, 1] })
const optimizer = momentum({ lr: cosine({ from: 0.1, steps: epochs * loader.stepsPerEpoch }), momentum: 0.9 })
const state = createTrainState({ variables: init(module, rng.fork('init')), optimizer })
const task = classification({ module })
const trained = await fit({ task, loader, optimizer, state, epochs, rng }, progressBar({ stream: process.stdout }))
const { top1, count } = await evaluate({ module, variables: trained.variables, loader: validation })
console.log(`accuracy ${(100 * top1).toFixed(1)} % on ${count} held-out digits`)
disposeTrainState(trained, optimizer)
