import { Graph, inOrder } from './graph.ts'
import { PATTERNS } from './patterns.ts'
import type { TracedCall, TracedProgram } from './trace.ts'

/** Calls and the one that does what they do. */
export interface Fusion {
  readonly members: readonly TracedCall[]
  readonly fused: TracedCall
}

/** Finds what a call and its neighbours can be fused to: all of these fusions, or none. */
export type Pattern = (call: TracedCall, graph: Graph) => readonly Fusion[] | undefined

/**
 * Fuses neighbours, which saves passes over memory, and results that only the next one needs. The numbers that come out
 * are the same, bit by bit.
 */
export function fuse(program: TracedProgram): TracedProgram {
  return PATTERNS.reduce((current, pattern) => {
    const graph = new Graph(current)
    const replaced = new Set<TracedCall>()
    /** By the last of the members. */
    const fusedAt = new Map<TracedCall, TracedCall>()
    for (const call of current.calls) {
      const fusions = pattern(call, graph)
      const members = fusions?.flatMap((fusion) => fusion.members) ?? []
      if (!fusions || members.some((member) => replaced.has(member))) continue
      if (!fusions.every((fusion) => graph.canBeOne(fusion.members))) continue
      for (const { members, fused } of fusions) {
        for (const member of members) replaced.add(member)
        fusedAt.set(members.reduce((a, b) => (graph.positionOf(a) > graph.positionOf(b) ? a : b)), fused)
      }
    }
    if (replaced.size === 0) return current
    const calls = current.calls.flatMap((call) => {
      if (!replaced.has(call)) return [call]
      const fused = fusedAt.get(call)
      return fused ? [fused] : []
    })
    return { ...current, calls: inOrder(calls) }
  }, program)
}
