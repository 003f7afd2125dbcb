import { measurePeak } from '@clas/core'
import { memory } from '@tensorflow/tfjs-core'
import type { GradientStep } from './gradient-step.ts'

/** How steps run. */
export interface StepMode {
  readonly mode: 'compiled' | 'eager'
  /** Why they are not compiled. */
  readonly reason?: string
  /** Bytes of all tensors when a step held most, the variables and the optimizer's state included. */
  readonly peakBytes: number
}

/** Watches the first steps, until it is known how steps run, and tells of each way once. */
export class StepModes {
  readonly #step: GradientStep
  readonly #told = new Set<string>()
  #peakBytes = 0
  #compiled = false

  constructor(step: GradientStep) {
    this.#step = step
  }

  /** Runs a step. Its memory is measured until something was told. */
  watch<R>(run: () => R): R {
    if (this.#told.size > 0) return run()
    // The second step runs as ever and is compiled afterwards: the third is the first to tell of.
    this.#compiled = this.#step.report.mode === 'compiled'
    const before = memory().numBytes
    const { result, peakBytes } = measurePeak(run)
    const { peakBytes: inside } = this.#step.report
    // What a program holds inside is not seen from here. Where the backend doesn't tell, the steps before must do.
    if (this.#compiled) this.#peakBytes = inside === undefined ? this.#peakBytes : Math.max(peakBytes, before + inside)
    else this.#peakBytes ||= peakBytes
    return result
  }

  /** How the last step ran, where that has become known and has not been told. */
  news(): StepMode | undefined {
    const { mode, obstacle } = this.#step.report
    const key = `${mode} ${obstacle}`
    if (mode === 'tracing' || this.#told.has(key)) return undefined
    if (mode === 'compiled' && !this.#compiled) return undefined
    this.#told.add(key)
    return { mode, ...(obstacle !== undefined && { reason: obstacle }), peakBytes: this.#peakBytes }
  }
}
