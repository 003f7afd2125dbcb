import { Graph, inOrder } from './graph.ts'
import type { Pattern } from './pattern.ts'
import { PATTERNS } from './patterns.ts'
import type { TracedCall, TracedProgram } from './trace.ts'

/**
 * Fuses neighbours, which saves passes over memory, and results that only the next one needs. The numbers that come out
 * are the same, bit by bit.
 */
export function fuse(program: TracedProgram): TracedProgram {
  let { calls } = program
  for (const pattern of PATTERNS) calls = fuseBy(pattern, { ...program, calls })
  return { ...program, calls }
}

function fuseBy(pattern: Pattern, program: TracedProgram): readonly TracedCall[] {
  const graph = new Graph(program)
  const replaced = new Set<TracedCall>()
  /** By the last of the members. */
  const fusedAt = new Map<TracedCall, TracedCall>()
  for (const call of program.calls) {
    const fusions = pattern(call, graph) ?? []
    const members = fusions.flatMap((fusion) => fusion.members)
    if (members.some((member) => replaced.has(member))) continue
    if (!fusions.every((fusion) => graph.canBeOne(fusion.members))) continue
    for (const fusion of fusions) {
      const last = fusion.members.reduce((a, b) => (graph.positionOf(a) > graph.positionOf(b) ? a : b))
      fusedAt.set(last, fusion.fused)
    }
    for (const member of members) replaced.add(member)
  }
  if (replaced.size === 0) return program.calls
  const calls = program.calls.flatMap((call) => fusedAt.get(call) ?? (replaced.has(call) ? [] : call))
  // Each can be done at once, but perhaps not all of them.
  return inOrder(calls) ?? program.calls
}
