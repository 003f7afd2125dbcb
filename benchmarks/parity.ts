// What `npm run parity` does in each of its processes: compares models with what PaddlePaddle computes for them, on one
// backend, and prints a line for each. It can be run alone, also for models of a file of one's own.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import * as zoo from '@clas/backbones'
import { useBackend } from '@clas/kernels'
import { summary } from '@clas/nn'
import { censusOfGradients } from '../packages/testkit/src/census-of-gradients.ts'
import {
  type EvaluationReference,
  outputDifference,
  type Sensitivities,
  structuralDifferences,
  type TrainingReference,
  trainingDifferences,
} from '../packages/testkit/src/parity.ts'
import { MEMORY_IS_FULL, type ParityLine } from './parity-line.ts'
import { filesIn, publishedReferences } from './references.ts'

/** Above which this process leaves the rest to another, in bytes. */
const MOST_MEMORY = 6e9

const { values: options } = parseArgs({
  options: {
    /** Names of models, as an expression. */
    only: { type: 'string', default: '.*' },
    /** A module whose exports are the models, in place of @clas/backbones. */
    file: { type: 'string' },
    /** The folder of references. */
    references: { type: 'string' },
    backend: { type: 'string', default: 'wasm' },
    /** Compare a step of training, in place of evaluation. */
    train: { type: 'boolean', default: false },
    /** Look at the gradients of every parameter, in place of evaluation. No reference is needed. */
    gradients: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

type Factory = () => zoo.Model
const factories = options.file ? await factoriesOf(options.file) : registered()
const only = new RegExp(`^(?:${options.only})$`)
await useBackend(options.backend as 'wasm')

let failed = 0
let full = false
for (const [name, check] of checks()) {
  if (process.memoryUsage().rss > MOST_MEMORY) {
    full = true
    break
  }
  const start = Date.now()
  const found = await check().catch((error: unknown) => ({ problems: [`threw ${String(error)}`] }))
  const line: ParityLine = { model: name, ...found, seconds: (Date.now() - start) / 1000 }
  if (line.problems.length > 0) failed++
  console.log(options.json ? JSON.stringify(line) : inWords(line))
}
process.exitCode = full ? MEMORY_IS_FULL : failed > 0 ? 1 : 0

type Found = Omit<ParityLine, 'model' | 'seconds'>

/** What is to be done for each model that is asked for. */
function checks(): (readonly [name: string, check: () => Promise<Found>])[] {
  if (options.gradients) {
    const asked = [...factories].filter(([name]) => only.test(name))
    return asked.map(([name, factory]) => [name, () => gradients(factory())])
  }
  const train = options.train ?? false
  const files = options.references ? filesIn(resolve(options.references), train) : publishedReferences(train)
  return [...files].flatMap(([name, file]) => {
    const factory = factories.get(name)
    if (!only.test(name) || !factory) return []
    const read = (): unknown => JSON.parse(readFileSync(file, 'utf8'))
    const check = train
      ? async () => ({
          problems: await trainingDifferences(factory(), read() as TrainingReference, sensitivitiesOf(name)),
        })
      : () => evaluation(factory(), read() as EvaluationReference)
    return [[name, check] as const]
  })
}

/** Those of many disturbances, where they were measured. */
function sensitivitiesOf(model: string): Sensitivities | undefined {
  const file = new URL(`../packages/backbones/fixtures/paddle-train-sensitivity/${model}.json`, import.meta.url)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

function registered(): ReadonlyMap<string, Factory> {
  return new Map(zoo.backbones.list().map(({ name, create }) => [name, create]))
}

async function factoriesOf(file: string): Promise<ReadonlyMap<string, Factory>> {
  const exported: object = await import(pathToFileURL(resolve(file)).href)
  return new Map(Object.entries(exported).filter((each): each is [string, Factory] => typeof each[1] === 'function'))
}

async function evaluation(model: zoo.Model, reference: EvaluationReference): Promise<Found> {
  const problems = structuralDifferences(model, reference)
  if (problems.length > 0) return { problems }
  const { error, tolerance } = await outputDifference(model, reference)
  return { problems: error < tolerance ? [] : ['the logits differ'], error, tolerance }
}

async function gradients(model: zoo.Model): Promise<Found> {
  const { notFinite, zero } = await censusOfGradients(model, smallSize(model))
  return { problems: notFinite.map((key) => `the gradient of ${key} is not finite`), zeroGradients: zero }
}

/** A size that the model can take, smaller than its own where it can. */
function smallSize(model: zoo.Model): number {
  const fits = (size: number): boolean => {
    try {
      summary(model, [1, size, size, 3])
      return true
    } catch {
      return false
    }
  }
  return [96, 128].find((size) => size < model.inputSize && fits(size)) ?? model.inputSize
}

function inWords({ model, problems, error, tolerance, zeroGradients, seconds }: ParityLine): string {
  const numbers =
    error === undefined ? '' : ` error ${error.toExponential(1)}, tolerance ${tolerance?.toExponential(1)}`
  const zeros = zeroGradients?.length ? ` zero: ${zeroGradients.join(' ')}` : ''
  const head = `${problems.length > 0 ? 'FAILED' : 'ok    '} ${model} ${seconds.toFixed(1)} s${numbers}${zeros}`
  return [head, ...problems.slice(0, 20).map((problem) => `       ${problem}`)].join('\n')
}
