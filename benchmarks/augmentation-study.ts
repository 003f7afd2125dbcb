// What each augmentation is worth: one small residual network, one recipe of training, one part of CIFAR-10, several seeds.
// Usage: tsx benchmarks/augmentation-study.ts --data FOLDER (train/CLASS/*.jpg and test/CLASS/*.jpg; see README.md)
// Results go to results/augmentation.json after each run, so that a study goes on where it was stopped.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compose, type Recipe } from '@clas/augment'
import { createRng, disposeVariables, type Rng } from '@clas/core'
import { cached, createLoader, type Source, split } from '@clas/data'
import { imageFolder } from '@clas/data/node'
import { classification, createTrainState, evaluate, fit as train } from '@clas/engine'
import { useBackend } from '@clas/kernels'
import { init, parametersWithoutDecay } from '@clas/nn'
import { cosine, momentum, warmup } from '@clas/optim'
import { NORMALIZE, recipes } from './augmentation-recipes.ts'
import { studyNetwork } from './study-network.ts'

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    /** Names of recipes, as an expression. */
    only: { type: 'string', default: '.*' },
    seeds: { type: 'string', default: '1,2,3' },
    epochs: { type: 'string', default: '60' },
    /** The part of the training pictures that is used, drawn once for all runs. */
    part: { type: 'string', default: '0.1' },
    width: { type: 'string', default: '16' },
    backend: { type: 'string', default: 'wasm' },
  },
})
if (options.data === undefined) throw new Error('--data is the folder of the pictures, with train/ and test/')

interface Run {
  readonly recipe: string
  readonly seed: number
  /** Of the test pictures, 0 to 1. */
  readonly top1: number
  readonly seconds: number
}

interface Study {
  readonly setting: Readonly<Record<string, string | number>>
  readonly runs: readonly Run[]
}

const BATCH = 128
const epochs = Number(options.epochs)
const file = fileURLToPath(new URL('results/augmentation.json', import.meta.url))
await useBackend(options.backend as 'wasm')
const [pictures] = split(
  await inMemory(await imageFolder(join(options.data, 'train'))),
  Number(options.part),
  createRng(0),
)
const test = await inMemory(await imageFolder(join(options.data, 'test')))
const setting = {
  pictures: pictures.length,
  testPictures: test.length,
  epochs,
  batchSize: BATCH,
  width: Number(options.width),
  backend: options.backend,
}
const study: Study = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { setting, runs: [] }
if (JSON.stringify(study.setting) !== JSON.stringify(setting))
  throw new Error(`${file} is of another setting; move it away`)
let { runs } = study
const only = new RegExp(`^(?:${options.only})$`)
for (const seed of options.seeds.split(',').map(Number)) {
  for (const [recipe, build] of Object.entries(recipes(epochs))) {
    if (!only.test(recipe) || runs.some((run) => run.recipe === recipe && run.seed === seed)) continue
    const begun = performance.now()
    const top1 = await accuracy(build, createRng(seed))
    runs = [...runs, { recipe, seed, top1, seconds: Math.round((performance.now() - begun) / 1000) }]
    writeFileSync(file, `${JSON.stringify({ setting, runs }, null, 1)}\n`)
    console.log(`${recipe}, seed ${seed}: ${(100 * top1).toFixed(2)} % in ${runs.at(-1)?.seconds} s`)
  }
}

/** Trains with a recipe, and measures once at the end. */
async function accuracy(build: () => Recipe, rng: Rng): Promise<number> {
  const loader = createLoader(pictures, { ...build(), batchSize: BATCH, rng: rng.fork('data'), dropLast: true })
  const model = studyNetwork(pictures.classes.length, Number(options.width))
  const steps = epochs * loader.stepsPerEpoch
  const optimizer = momentum({
    lr: warmup(cosine({ from: 0.2, steps: steps - 100 }), { steps: 100 }),
    momentum: 0.9,
    weightDecay: 5e-4,
    nesterov: true,
    noDecay: parametersWithoutDecay(model),
  })
  const state = createTrainState({ variables: init(model, rng.fork('init')), optimizer })
  const task = classification({ module: model })
  const training = { task, loader, optimizer, state, epochs, rng: rng.fork('train'), module: model }
  const trained = await train(training)
  const whole = createLoader(test, { batchSize: 500, transform: compose([NORMALIZE]), rng, shuffle: false })
  const { top1 } = await evaluate({ module: model, variables: trained.variables, loader: whole })
  disposeVariables(trained.variables)
  optimizer.dispose(trained.optimizer)
  return top1
}

/** Decodes all pictures once: they are small, and every run reads them in every epoch. */
async function inMemory(source: Source): Promise<Source> {
  const { item: _, ...kept } = cached(source)
  for (let i = 0; i < kept.length; i++) await kept.read(i)
  return kept
}
