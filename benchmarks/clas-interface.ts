// All that the benchmarks use of clas beyond the plain functions: backends, compiled steps, precision.
import { readFileSync } from 'node:fs'
import { createRng, type Rng } from '@clas/core'
import { type BackendChoice, compileStep, type StepReport, useBackend, withPrecision } from '@clas/kernels'
import { add, type Tensor, zeros } from '@tensorflow/tfjs-core'
import type { Engine } from './engines.ts'
import { Unavailable } from './unavailable.ts'

/** A step that may be compiled, and how its last call ran. */
export interface Step<I, O> {
  (inputs: I, rng: Rng): O
  readonly report: StepReport
}

/** Starts the engine's backend. How many threads it may use is said by CLAS_THREADS in the environment. */
export async function start({ library, precision }: Engine): Promise<BackendChoice> {
  if (precision === 'bfloat16' && !hasBfloat16()) {
    throw new Unavailable('the processor has no instructions for bfloat16')
  }
  try {
    return await useBackend(library === 'wasm' ? 'wasm' : 'tensorflow')
  } catch (error) {
    throw new Unavailable((error as Error).message)
  }
}

/** What the engine says of itself. */
export async function probe(engine: Engine): Promise<readonly string[]> {
  const { reason } = await start(engine)
  const step = stepOf(engine, ({ x }: { readonly x: Tensor }) => add(x, 1))
  for (let i = 0; i < CALLS_TO_COMPILE; i++) step({ x: zeros([2]) }, createRng(i))
  requireCompiled(engine, step)
  return reason
}

/** Two are recorded, the third is the first that runs compiled. */
export const CALLS_TO_COMPILE = 3

/** @throws Unavailable where the step is to be compiled and did not run so when it was called last. */
export function requireCompiled({ compiled }: Engine, { report: { mode, obstacle } }: Step<never, unknown>): void {
  if (compiled && mode !== 'compiled') throw new Unavailable(`the step is not compiled: ${obstacle ?? mode}`)
}

/** The step as the engine runs it. */
export function stepOf<I, O>({ compiled, precision }: Engine, step: (inputs: I, rng: Rng) => O): Step<I, O> {
  const precise =
    precision === 'bfloat16' ? (inputs: I, rng: Rng) => withPrecision('bf16', () => step(inputs, rng)) : step
  if (compiled) return compileStep(precise)
  return Object.assign((inputs: I, rng: Rng) => precise(inputs, rng), { report: { mode: 'eager' } as const })
}

function hasBfloat16(): boolean {
  try {
    return /\b(avx512_bf16|amx_bf16|bf16)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
  } catch {
    return false
  }
}
