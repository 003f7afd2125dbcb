// `npm run parity`: compares every model with what PaddlePaddle computes for it, on one backend.
// README.md says how to run it and how to read it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import * as zoo from '@clas/backbones'
import { useBackend } from '@clas/kernels'
import {
  type EvaluationReference,
  outputDifference,
  structuralDifferences,
  type TrainingReference,
  trainingDifferences,
} from '../packages/testkit/src/parity.ts'

const { values: options } = parseArgs({
  options: {
    /** Names of models, as an expression. */
    only: { type: 'string', default: '.*' },
    /** A module whose exports are the models, in place of @clas/backbones. */
    file: { type: 'string' },
    /** The folder of references: evaluation, or with `--train` training. */
    references: { type: 'string' },
    backend: { type: 'string', default: 'wasm' },
    train: { type: 'boolean', default: false },
  },
})

const factories: Readonly<Record<string, unknown>> = options.file
  ? await import(pathToFileURL(resolve(options.file)).href)
  : { ...zoo }
const folder = resolve(options.references ?? `packages/backbones/fixtures/${options.train ? 'paddle-train' : 'paddle'}`)
const only = new RegExp(`^(?:${options.only})$`)
await useBackend(options.backend as 'wasm')

let told = ''
let failed = 0
for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
  const reference = JSON.parse(readFileSync(resolve(folder, name), 'utf8'))
  const factory = factories[reference.model]
  if (!only.test(reference.model) || typeof factory !== 'function') continue
  const start = Date.now()
  const problems = options.train ? await training(factory(), reference) : await evaluation(factory(), reference)
  if (problems.length > 0) failed++
  const seconds = ((Date.now() - start) / 1000).toFixed(1)
  console.log(`${problems.length > 0 ? 'FAILED' : 'ok    '} ${reference.model} ${seconds} s ${told}`)
  for (const problem of problems.slice(0, 20)) console.log(`       ${problem}`)
}
process.exitCode = failed > 0 ? 1 : 0

async function evaluation(model: zoo.Model, reference: EvaluationReference): Promise<string[]> {
  told = ''
  const problems = structuralDifferences(model, reference)
  if (problems.length > 0) return problems
  const { error, tolerance } = await outputDifference(model, reference)
  told = `error ${error.toExponential(1)}, tolerance ${tolerance.toExponential(1)}`
  return error < tolerance ? [] : [told]
}

async function training(model: zoo.Model, reference: TrainingReference): Promise<string[]> {
  return trainingDifferences(model, reference)
}
