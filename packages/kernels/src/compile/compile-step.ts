import { createRng, type Rng } from '@clas/core'
import { getBackend, keep, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { currentPrecision } from '../precision.ts'
import { type HostTensor, withHostTensorLog } from './host-tensor.ts'
import { type Program, type Recording, stepCompilerOf, type Trace } from './step-compiler.ts'
import { flatten, mapTree } from './tree.ts'

/** How a step is run for inputs of one kind. */
export interface StepReport {
  /** `tracing` until two calls have been compared, then `compiled`, or `eager` where that can't be. */
  readonly mode: 'tracing' | 'compiled' | 'eager'
  /** Why it is eager: what can't be recorded, and where. */
  readonly obstacle?: string
  /** Bytes of intermediate results at the peak, where the backend knows. */
  readonly peakBytes?: number
}

/** A step that {@link compileStep} made. */
export interface CompiledStep<I, O> extends Disposable {
  /**
   * @param inputs - what the step is given
   * @param rng - the generator of this call; default: one that is the same at each call
   */
  (inputs: I, rng?: Rng): O
  /** How the last call ran. */
  readonly report: StepReport
}

/** Options of {@link compileStep}. */
export interface CompileStepOptions {
  /** Called once for each kind of inputs that can't be compiled. Default: nothing. */
  readonly onObstacle?: (obstacle: string) => void
}

interface Recorded {
  readonly trace: Trace
  readonly outputs: Layout
  readonly host: readonly HostTensor[]
  readonly consumed: readonly number[]
}

interface Kind {
  readonly mode: StepReport['mode']
  readonly obstacle?: string
  readonly recorded?: Recorded
  readonly program?: Program
}

/** Where a tensor of the result comes from: an input that is handed on, or an output of the program. */
type Source = { readonly input: number } | { readonly output: number; readonly kept: boolean }
interface Layout {
  readonly tree: unknown
  readonly sources: readonly Source[]
}

/**
 * Compiles a step: a function of tensors that is called again and again. The first two calls run as ever and are
 * recorded; if both did the same, the calls that follow run a program that the backend made of the record, with the
 * same numbers. There is a program for each set of shapes and types. On a backend that can't compile, and where a step
 * can't be recorded, all calls run as ever; `report` says why.
 *
 * What differs from call to call must be an input, or be made by {@link hostTensor} of the generator that the step is
 * given: the two records are compared, and a constant that differs makes the step run as ever. A value that is read
 * back inside the step (`dataSync`) can't be recorded. An input that the step frees is freed by the program as well,
 * and a result that is one of the inputs stays that.
 *
 * @param step - from a tree of tensors to a tree of tensors; numbers and texts in the inputs are taken as constants
 * @example
 * ```ts
 * import { compileStep, useBackend } from '@clas/kernels'
 * import { mul, square, sub, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * using step = compileStep(({ w, lr }: { w: Tensor; lr: Tensor }) => ({ w: sub(w, mul(lr, square(w))) }))
 * console.log(step({ w: tensor1d([1, 2]), lr: tensor1d([0.1]) }).w.dataSync(), step.report.mode)
 * ```
 */
export function compileStep<I, O>(
  step: (inputs: I, rng: Rng) => O,
  options: CompileStepOptions = {},
): CompiledStep<I, O> {
  const kinds = new Map<string, Kind>()
  let report: StepReport = { mode: 'tracing' }
  const runEagerly = (inputs: I, rng: Rng, obstacle: string | undefined): O => {
    report = { mode: 'eager', ...(obstacle !== undefined && { obstacle }) }
    return step(inputs, rng)
  }

  const call = (inputs: I, rng: Rng = createRng(0)): O => {
    const backend = getBackend()
    const compiler = stepCompilerOf(backend)
    if (!compiler) return runEagerly(inputs, rng, `the backend '${backend}' does not compile`)
    if (recordingNow) return runEagerly(inputs, rng, 'it is part of another step, which is being recorded')
    const { tensors, structure } = flatten(inputs)
    const key = `${backend} ${currentPrecision()} ${aliases(tensors)} ${structure}`
    const kind = kinds.get(key) ?? { mode: 'tracing' }
    if (kind.mode === 'eager') return runEagerly(inputs, rng, kind.obstacle)
    if (kind.program && kind.recorded) {
      const { peakBytes } = kind.program
      report = { mode: 'compiled', ...(peakBytes !== undefined && { peakBytes }) }
      return replay(kind.program, kind.recorded, tensors, rng) as O
    }
    const { result, recorded, obstacle } = record(compiler.record(), inputs, tensors, rng)
    const next = recorded ? compare(kind.recorded, recorded) : { mode: 'eager' as const, obstacle }
    if (!recorded) kind.recorded?.trace.dispose()
    kinds.set(key, next as Kind)
    report = { mode: next.mode, ...(next.obstacle !== undefined && { obstacle: next.obstacle }) }
    if (next.mode === 'eager' && next.obstacle !== undefined) options.onObstacle?.(next.obstacle)
    return result
  }

  const record = (
    recording: Recording,
    inputs: I,
    tensors: readonly Tensor[],
    rng: Rng,
  ): { readonly result: O; readonly recorded?: Recorded; readonly obstacle?: string } => {
    const host: HostTensor[] = []
    let ended = false
    recordingNow = true
    try {
      const log = { root: rng, made: host, fail: (obstacle: string) => recording.fail(obstacle) }
      const result = withHostTensorLog(log, () => step(inputs, rng))
      const { obstacle } = recording
      if (obstacle !== undefined) return { result, obstacle }
      const { layout, outputs } = layoutOf(result, tensors)
      ended = true
      const trace = recording.finish([...tensors, ...host.map((made) => made.tensor)], outputs)
      const consumed = tensors.flatMap((input, i) => (input.isDisposed ? [i] : []))
      return { result, recorded: { trace, outputs: layout, host, consumed } }
    } finally {
      recordingNow = false
      if (!ended) recording.abandon()
    }
  }

  const dispose = (): void => {
    for (const { program, recorded } of kinds.values()) {
      program?.dispose()
      recorded?.trace.dispose()
    }
    kinds.clear()
  }
  return Object.defineProperties(call, {
    report: { get: () => report },
    [Symbol.dispose]: { value: dispose },
  }) as CompiledStep<I, O>
}

/** Whether a step is being recorded: one within it is part of the record. */
let recordingNow = false

/**
 * Which tensors share their values with an earlier one: a record can't tell them apart, so that it holds only where the
 * same share again.
 */
function aliases(tensors: readonly Tensor[]): string {
  const first = new Map<object, number>()
  const shared = tensors.flatMap(({ dataId }, i) => {
    const known = first.get(dataId)
    if (known === undefined) first.set(dataId, i)
    return known === undefined ? [] : [`${i}=${known}`]
  })
  return shared.join(',')
}

/** The first record waits for a second; two that are alike make a program. */
function compare(before: Recorded | undefined, now: Recorded): Kind {
  if (!before) return { mode: 'tracing', recorded: now }
  const obstacle = before.trace.difference(now.trace) ?? frameDifference(before, now)
  before.trace.dispose()
  try {
    if (obstacle === undefined) return { mode: 'compiled', recorded: now, program: now.trace.compile() }
  } catch (error) {
    now.trace.dispose()
    return { mode: 'eager', obstacle: `the backend can't compile it: ${(error as Error).message}` }
  }
  now.trace.dispose()
  return { mode: 'eager', obstacle }
}

/** What two runs did beside kernels. */
function frameDifference(before: Recorded, now: Recorded): string | undefined {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
  if (!same(before.outputs, now.outputs)) return 'two runs of the step returned different things beside tensors'
  if (!same(before.consumed, now.consumed)) return 'two runs of the step did not free the same inputs'
  const draws = ({ host }: Recorded): unknown => host.map(({ path, shape }) => [path, shape])
  if (!same(draws(before), draws(now))) return 'two runs of the step did not draw the same random tensors'
  return undefined
}

function layoutOf(result: unknown, inputs: readonly Tensor[]): { readonly layout: Layout; readonly outputs: Tensor[] } {
  const sources: Source[] = []
  const outputs: Tensor[] = []
  const tree = mapTree(result, (found) => {
    const input = inputs.indexOf(found)
    if (input >= 0) sources.push({ input })
    else {
      const at = outputs.indexOf(found)
      sources.push({ output: at >= 0 ? at : outputs.push(found) - 1, kept: found.kept })
    }
    return new Slot(sources.length - 1)
  })
  return { layout: { tree, sources }, outputs }
}

/** Stands in a result for the tensor of that number. */
class Slot {
  readonly index: number
  constructor(index: number) {
    this.index = index
  }
}

function replay(program: Program, { outputs, host, consumed }: Recorded, inputs: readonly Tensor[], rng: Rng): unknown {
  const made = host.map(({ make, path, shape }) => tensor(make(rng.fork(...path)), [...shape], 'float32'))
  const results = program.run([...inputs, ...made])
  for (const each of made) each.dispose()
  for (const { output, kept } of outputs.sources.filter((source) => 'output' in source)) {
    if (kept) keep(results[output] as Tensor)
  }
  for (const i of consumed) inputs[i]?.dispose()
  const tensorAt = (index: number): Tensor => {
    const source = outputs.sources[index] as Source
    return ('input' in source ? inputs[source.input] : results[source.output]) as Tensor
  }
  return fill(outputs.tree, tensorAt)
}

function fill(tree: unknown, tensorAt: (index: number) => Tensor): unknown {
  if (tree instanceof Slot) return tensorAt(tree.index)
  if (Array.isArray(tree)) return tree.map((value) => fill(value, tensorAt))
  if (typeof tree === 'object' && tree !== null) {
    return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, fill(value, tensorAt)]))
  }
  return tree
}
