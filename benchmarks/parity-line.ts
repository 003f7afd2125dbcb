/** What was found of one model. */
export interface ParityLine {
  readonly model: string
  /** What differs by more than it may, in words. */
  readonly problems: readonly string[]
  /** Of the logits, in units of their standard deviation. */
  readonly error?: number
  readonly tolerance?: number
  /** Parameters whose gradients are zero. */
  readonly zeroGradients?: readonly string[]
  readonly seconds: number
}

/** Kinds of checks. */
export type Check = 'evaluation' | 'training' | 'gradients'

/** What was found, by backend, check and model. */
export type Results = Record<string, Partial<Record<Check, Record<string, ParityLine>>>>

/** The status of a process that has taken too much memory: the models that are left want another. */
export const MEMORY_IS_FULL = 75
