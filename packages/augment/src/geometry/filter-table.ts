/** Which input pixels make each output pixel along one axis, a run of `taps`, and how much of each. */
export interface FilterTable {
  /** Inputs per output. */
  readonly taps: number
  /** [output]: the first input; all `taps` are inside. */
  readonly firsts: Int32Array
  /** [output, taps]; the weights of an output add up to 1. */
  readonly weights: Float64Array
}

/** A curve over the distance from the centre, in input pixels when enlarging, and half its width. */
interface Filter {
  readonly support: number
  readonly weight: (distance: number) => number
}

/** The curves that Pillow resizes with. */
export type FilterName = 'box' | 'bilinear' | 'hamming' | 'bicubic' | 'lanczos'

const FILTERS: Readonly<Record<FilterName, Filter>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    weight: (x) => (Math.abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0),
  },
  bicubic: { support: 2, weight: keys },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** What is to be done along both axes. */
export interface FilterTables {
  readonly columns: FilterTable
  readonly rows: FilterTable
  /** Whether the pass along y comes first. Bytes are rounded between the passes, so the order shows. */
  readonly verticalFirst: boolean
}

/** The tables of both axes. */
export function filterTables(
  filter: FilterName,
  from: readonly [width: number, height: number],
  to: readonly [width: number, height: number],
): FilterTables {
  return {
    columns: filterTable(filter, from[0], to[0]),
    rows: filterTable(filter, from[1], to[1]),
    // Since version 13 Pillow begins with the height where that shrinks by many more pixels.
    verticalFirst: to[1] < from[1] && from[1] - to[1] > 2 * (from[0] - to[0]),
  }
}

/** The table of one axis. When shrinking, the curve is as much wider as the input is longer. */
function filterTable(filter: FilterName, input: number, output: number): FilterTable {
  const { support, weight } = FILTERS[filter]
  const scale = input / output
  const stretch = Math.max(1, scale)
  const reach = support * stretch
  const firstOf = (i: number): number => Math.max(0, Math.trunc((i + 0.5) * scale - reach + 0.5))
  const endOf = (i: number): number => Math.min(input, Math.trunc((i + 0.5) * scale + reach + 0.5))
  let taps = 0
  for (let i = 0; i < output; i++) taps = Math.max(taps, endOf(i) - firstOf(i))
  const firsts = new Int32Array(output)
  const weights = new Float64Array(output * taps)
  for (let i = 0; i < output; i++) {
    const centre = (i + 0.5) * scale
    const from = firstOf(i)
    const end = endOf(i)
    // A run that is shorter, at a border, begins earlier or ends later with weights of 0.
    const first = Math.min(from, input - taps)
    const at = i * taps - first
    let sum = 0
    for (let x = from; x < end; x++) {
      const value = weight((x - centre + 0.5) * (1 / stretch))
      weights[at + x] = value
      sum += value
    }
    for (let x = from; x < end; x++) weights[at + x] = (weights[at + x] as number) / sum
    firsts[i] = first
  }
  return { taps, firsts, weights }
}

/** Bytes are weighted with whole numbers of 2^-22, as in Pillow. */
export const FILTER_BITS = 22

/** The weights for bytes, halves rounded away from 0. */
export function wholeFilterWeights(weights: Float64Array): Int32Array {
  const whole = new Int32Array(weights.length)
  for (let i = 0; i < weights.length; i++) {
    const weight = (weights[i] as number) * 2 ** FILTER_BITS
    whole[i] = weight < 0 ? weight - 0.5 : weight + 0.5
  }
  return whole
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** Keys' cubic convolution with a = -0.5. */
function keys(offset: number): number {
  const x = Math.abs(offset)
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1
  return x < 2 ? -0.5 * (((x - 5) * x + 8) * x - 4) : 0
}
