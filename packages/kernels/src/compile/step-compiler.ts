import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * What a backend offers that can compile a step: it records what one eager run does, and turns the record into
 * something that does it again, faster. {@link registerStepCompiler} makes it known.
 */
export interface StepCompiler {
  /** Starts to record. All that runs meanwhile is executed as ever. One recording at a time. */
  record(): Recording
}

/** A recording that is under way. */
export interface Recording {
  /**
   * Why what runs can't be recorded, found so far: a value that was read back, with the place in the caller's code.
   * Missing when all is well.
   */
  readonly obstacle: string | undefined
  /** Says that something can't be recorded; the first reason counts. */
  fail(obstacle: string): void
  /**
   * Ends the recording.
   *
   * @param inputs - what differs from call to call, tensors made on the host among them; other tensors are constants
   * @param outputs - what the step returns
   */
  finish(inputs: readonly Tensor[], outputs: readonly Tensor[]): Trace
  /** Ends the recording without a result. */
  abandon(): void
}

/** What one run of a step did. */
export interface Trace {
  /** How another run of the same step differs, in words; undefined when it does not: same kernels, same constants. */
  difference(other: Trace): string | undefined
  /** Makes the program. */
  compile(): Program
  /** Frees what the record holds. */
  dispose(): void
}

/** A step that is compiled. */
export interface Program {
  /** Runs on inputs of the same shapes and types, which stay the caller's; the outputs are the caller's too. */
  run(inputs: readonly Tensor[]): Tensor[]
  /** Bytes of intermediate results at the peak, where the backend knows. */
  readonly peakBytes?: number
  dispose(): void
}

const compilers = new Map<string, StepCompiler>()

/** Makes a backend's compiler known under the backend's name. */
export function registerStepCompiler(backend: string, compiler: StepCompiler): void {
  compilers.set(backend, compiler)
}

/** The compiler of a backend, if it has one. */
export function stepCompilerOf(backend: string): StepCompiler | undefined {
  return compilers.get(backend)
}
