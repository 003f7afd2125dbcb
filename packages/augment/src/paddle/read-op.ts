import type { TransformSpec } from '../transform.ts'
import type { OpOptions } from './op-options.ts'

/** What ops may go by besides their options. */
export interface ReadContext {
  /** Of the whole training, where it is progressive. */
  readonly epochs?: number
}

/** Takes all options of an op and says which transforms do the same: none where there is nothing to do. */
export type ReadOp = (options: OpOptions, context: ReadContext) => readonly TransformSpec[]
