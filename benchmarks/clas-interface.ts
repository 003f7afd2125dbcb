// All that the benchmarks use of clas beyond the plain functions: backends, compiled steps, precision.
import { readFileSync } from 'node:fs'
import type { Rng } from '@clas/core'
import * as kernels from '@clas/kernels'
import type { Engine } from './engines.ts'
import { Unavailable } from './unavailable.ts'

/** A step that may be compiled, and how its last call ran. */
export interface Step<I, O> {
  (inputs: I, rng: Rng): O
  readonly report: { readonly mode: string; readonly obstacle?: string; readonly peakBytes?: number }
}

/** Functions that a version of @clas/kernels may not have. */
interface Newer {
  readonly compileStep?: <I, O>(step: (inputs: I, rng: Rng) => O) => Step<I, O>
  readonly withPrecision?: <T>(precision: 'bf16', f: () => T) => T
}
const newer = kernels as unknown as Newer

/** Starts the engine's backend. How many threads it may use is said by CLAS_THREADS in the environment. */
export async function start({ library, compiled, precision }: Engine): Promise<kernels.BackendChoice> {
  if (compiled && !newer.compileStep) throw new Unavailable('this @clas/kernels has no compileStep')
  if (precision === 'bfloat16') requireBfloat16()
  try {
    return await kernels.useBackend(library as kernels.BackendName)
  } catch (error) {
    throw new Unavailable((error as Error).message)
  }
}

/** Whether the engine can be used, and what it says of itself. */
export async function probe(engine: Engine): Promise<readonly string[]> {
  return (await start(engine)).reason
}

/** The step as the engine runs it. */
export function stepOf<I, O>({ compiled, precision }: Engine, step: (inputs: I, rng: Rng) => O): Step<I, O> {
  const precise = precision === 'bfloat16' ? (inputs: I, rng: Rng) => inBfloat16(() => step(inputs, rng)) : step
  if (compiled && newer.compileStep) return newer.compileStep(precise)
  return Object.assign((inputs: I, rng: Rng) => precise(inputs, rng), { report: { mode: 'eager' } })
}

/** Runs `f` with the convolutions and matrix products in bfloat16. */
function inBfloat16<T>(f: () => T): T {
  if (!newer.withPrecision) throw new Unavailable('this @clas/kernels has no withPrecision')
  return newer.withPrecision('bf16', f)
}

function requireBfloat16(): void {
  if (!newer.withPrecision) throw new Unavailable('this @clas/kernels has no withPrecision')
  if (!hasBfloat16()) throw new Unavailable('the processor has no instructions for bfloat16')
}

function hasBfloat16(): boolean {
  try {
    return /\b(avx512_bf16|amx_bf16|bf16)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
  } catch {
    return false
  }
}
