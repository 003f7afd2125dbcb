/** Paths of the blocks that end the quarters of a transformer without stages: what stands for its stages. */
export function quarters(depth: number): string[] {
  return [1, 2, 3, 4].map((quarter) => `blocks.${Math.round((depth * quarter) / 4) - 1}`)
}
