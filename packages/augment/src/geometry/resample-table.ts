/** The curves that OpenCV resizes with. */
export type CurveName = 'bilinear' | 'bicubic' | 'lanczos' | 'area'

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
  curve: CurveName,
  from: readonly [width: number, height: number],
  to: readonly [width: number, height: number],
): readonly [ResampleTable, ResampleTable] {
  const axis = AXES[curve === 'area' ? areaAxis(from, to) : curve]
  return [axis(from[0], to[0]), axis(from[1], to[1])]
}

function areaAxis([fromX, fromY]: readonly [number, number], [toX, toY]: readonly [number, number]): keyof typeof AXES {
  if (fromX < toX || fromY < toY) return 'enlarge'
  // Halving is the same either way, and two taps have the faster kernel.
  return fromX === 2 * toX && fromY === 2 * toY ? 'bilinear' : 'area'
}

type Axis = (input: number, output: number) => ResampleTable

const AXES: Readonly<Record<CurveName | 'enlarge', Axis>> = {
  // Made for each picture that is trained on: in a plain loop, which is several times as fast.
  bilinear(input, output) {
    const positions = new Int32Array(output * 2)
    const weights = new Float32Array(output * 2)
    for (let i = 0; i < output; i++) {
      const centre = ((i + 0.5) * input) / output - 0.5
      const first = Math.floor(centre)
      positions[2 * i] = Math.max(first, 0)
      positions[2 * i + 1] = Math.min(first + 1, input - 1)
      weights[2 * i] = 1 - (centre - first)
      weights[2 * i + 1] = centre - first
    }
    return { taps: 2, positions, weights }
  },

  bicubic: (input, output) => fillCurve(input, output, 4, cubicKernel),

  lanczos: (input, output) => fillCurve(input, output, 8, lanczos),

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

/** A curve over the distance from the centre in input pixels, whatever the scale. */
function fillCurve(input: number, output: number, taps: number, curve: (distance: number) => number): ResampleTable {
  return fill(input, output, taps, (i, set) => {
    const centre = ((i + 0.5) * input) / output - 0.5
    const first = Math.floor(centre) - taps / 2 + 1
    let sum = 0
    for (let tap = 0; tap < taps; tap++) sum += curve(centre - (first + tap))
    for (let tap = 0; tap < taps; tap++) set(tap, first + tap, curve(centre - (first + tap)) / sum)
  })
}

/** Where the two scales meet, OpenCV's rounding decides which pixel it is: i / (output / input), in two divisions. */
function scaledFloor(i: number, input: number, output: number): number {
  return Math.floor(i * (1 / (output / input)))
}

/** Keys' cubic convolution with OpenCV's a = -0.75. */
export function cubicKernel(offset: number): number {
  const a = -0.75
  const t = Math.abs(offset)
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0
}

/** A sinc windowed by a sinc of four times the width. */
function lanczos(offset: number): number {
  const x = Math.PI * offset
  return x === 0 ? 1 : (4 * Math.sin(x) * Math.sin(x / 4)) / (x * x)
}
