import { makeDivisible } from './make-divisible.ts'

/** How a network differs from EfficientNetB0. */
export interface EfficientNetScaling {
  /** By what widths are multiplied. */
  readonly width: number
  /** By what the blocks of a stage are multiplied. */
  readonly depth: number
  /** How a number of blocks that is not whole is made so; default upwards. */
  readonly rounding?: 'up' | 'nearest'
  /** Whether the first and the last stage keep their one block; default false. */
  readonly keepEnds?: boolean
}

/** One block. */
export interface EfficientNetRow {
  readonly inChannels: number
  readonly outChannels: number
  readonly expansion: number
  readonly kernel: number
  readonly stride: 1 | 2
  /** Which of the seven stages it is in, from 0. */
  readonly stage: number
  /** Whether it begins the stage. */
  readonly first: boolean
}

/** kernel, stride of the first, expansion, width, blocks */
const STAGES = [
  [3, 1, 1, 16, 1],
  [3, 2, 6, 24, 2],
  [5, 2, 6, 40, 2],
  [3, 2, 6, 80, 3],
  [5, 1, 6, 112, 3],
  [5, 2, 6, 192, 4],
  [3, 1, 6, 320, 1],
] as const

/** The blocks of an EfficientNet (Tan and Le 2019, arXiv 1905.11946), whose stem has `stem` channels. */
export function efficientNetRows(stem: number, scaling: EfficientNetScaling): EfficientNetRow[] {
  const { width: wider, depth: deeper, rounding = 'up', keepEnds = false } = scaling
  const round = rounding === 'up' ? Math.ceil : Math.round
  let inChannels = stem
  return STAGES.flatMap(([kernel, stride, expansion, width, blocks], stage) => {
    const kept = keepEnds && (stage === 0 || stage === STAGES.length - 1)
    const count = kept ? blocks : Math.max(1, round(blocks * deeper))
    return Array.from({ length: count }, (_, i): EfficientNetRow => {
      const first = i === 0
      const outChannels = makeDivisible(width * wider)
      const row = { inChannels, outChannels, expansion, kernel, stride: first ? stride : 1, stage, first }
      inChannels = outChannels
      return row
    })
  })
}

/** The indices of the blocks whose outputs are the features C2 to C5. */
export function efficientNetEnds(rows: readonly EfficientNetRow[]): readonly number[] {
  return [1, 2, 4, 6].map((stage) => rows.findLastIndex((row) => row.stage === stage))
}
