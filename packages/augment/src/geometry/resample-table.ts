/**
 * How a picture is resized, as OpenCV does it: `bilinear` and `bicubic` look at 2×2 and 4×4 pixels also when shrinking
 * (no antialiasing), `area` averages what an output pixel covers, `nearest` copies.
 */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'area'

/** All values of {@link Interpolation}. */
export const INTERPOLATIONS: readonly Interpolation[] = ['nearest', 'bilinear', 'bicubic', 'area']

/** Which input positions make each output position along one axis, and how much of each. */
export interface ResampleTable {
  /** Inputs per output. */
  readonly taps: number
  /** [output, taps], ascending for each output, all inside the input. */
  readonly positions: Int32Array
  /** [output, taps]; the weights of an output add up to 1. */
  readonly weights: Float32Array
}

/** The tables of both axes. OpenCV averages areas only when both axes shrink, and interpolates otherwise. */
export function resampleTables(
  interpolation: Interpolation,
  from: readonly [width: number, height: number],
  to: readonly [width: number, height: number],
): readonly [ResampleTable, ResampleTable] {
  const axis = AXES[interpolation === 'area' ? areaAxis(from, to) : interpolation]
  return [axis(from[0], to[0]), axis(from[1], to[1])]
}

function areaAxis([fromX, fromY]: readonly [number, number], [toX, toY]: readonly [number, number]): keyof typeof AXES {
  if (fromX < toX || fromY < toY) return 'enlarge'
  // Halving is the same either way, and two taps have the faster kernel.
  return fromX === 2 * toX && fromY === 2 * toY ? 'bilinear' : 'area'
}

type Axis = (input: number, output: number) => ResampleTable

const AXES: Readonly<Record<Interpolation | 'enlarge', Axis>> = {
  nearest: (input, output) =>
    fill(input, output, 1, (i, set) => {
      set(0, scaledFloor(i, input, output), 1)
    }),

  bilinear: (input, output) =>
    fill(input, output, 2, (i, set) => {
      const centre = ((i + 0.5) * input) / output - 0.5
      const first = Math.floor(centre)
      set(0, first, 1 - (centre - first))
      set(1, first + 1, centre - first)
    }),

  bicubic: (input, output) =>
    fill(input, output, 4, (i, set) => {
      const centre = ((i + 0.5) * input) / output - 0.5
      const first = Math.floor(centre)
      for (let tap = 0; tap < 4; tap++) set(tap, first - 1 + tap, cubic(centre - (first - 1 + tap)))
    }),

  area(input, output) {
    const scale = input / output
    return fill(input, output, Math.ceil(scale) + 1, (i, set) => {
      const start = i * scale
      const end = Math.min(input, start + scale)
      const first = Math.floor(start + 1e-6) // rounding must not add a pixel at either end
      for (let tap = 0; tap <= Math.ceil(scale); tap++) {
        const overlap = Math.min(end, first + tap + 1) - Math.max(start, first + tap)
        set(tap, first + tap, Math.max(0, overlap) / (end - start))
      }
    })
  },

  // Pixels become rectangles whose borders are blended over one output pixel (OpenCV's INTER_AREA when enlarging).
  enlarge: (input, output) =>
    fill(input, output, 2, (i, set) => {
      const first = scaledFloor(i, input, output)
      const overlap = Math.fround(i + 1 - (first + 1) * (output / input))
      const second = overlap <= 0 ? 0 : overlap - Math.floor(overlap)
      set(0, first, 1 - second)
      set(1, first + 1, second)
    }),
}

type SetTap = (tap: number, position: number, weight: number) => void

function fill(input: number, output: number, taps: number, each: (i: number, set: SetTap) => void): ResampleTable {
  const positions = new Int32Array(output * taps)
  const weights = new Float32Array(output * taps)
  for (let i = 0; i < output; i++) {
    each(i, (tap, position, weight) => {
      positions[i * taps + tap] = Math.min(Math.max(position, 0), input - 1) // the border pixel goes on outside
      weights[i * taps + tap] = weight
    })
  }
  return { taps, positions, weights }
}

/** Where the two scales meet, OpenCV's rounding decides which pixel it is: i / (output / input), in two divisions. */
function scaledFloor(i: number, input: number, output: number): number {
  return Math.floor(i * (1 / (output / input)))
}

/** Keys' cubic convolution with OpenCV's a = -0.75. */
function cubic(offset: number): number {
  const a = -0.75
  const t = Math.abs(offset)
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0
}
