import type { Graph } from './graph.ts'
import type { TracedCall } from './trace.ts'

/** Calls and the one that does what they do. */
export interface Fusion {
  readonly members: readonly TracedCall[]
  readonly fused: TracedCall
}

/** Finds what a call and its neighbours can be fused to: all of these fusions, or none. */
export type Pattern = (call: TracedCall, graph: Graph) => readonly Fusion[] | undefined
