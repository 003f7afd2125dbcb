/** Probabilities of stochastic depth that grow evenly from 0 to `last` over the blocks of all stages: one list a stage. */
export function dropPathRates(depths: readonly number[], last: number): number[][] {
  const total = depths.reduce((sum, depth) => sum + depth, 0)
  let done = 0
  return depths.map((depth) => Array.from({ length: depth }, () => (last * done++) / Math.max(1, total - 1)))
}
