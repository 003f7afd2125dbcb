import { type AffineMatrix, fitsFixedPoint, fixedSteps, isScaling, scaledSteps } from '../geometry/affine-positions.ts'
import type { Sides, WarpInterpolation } from '../geometry/warp-options.ts'
import type { Image } from '../image.ts'
import { layOut } from './layout.ts'
import { type SimdModule, simdModule } from './module.ts'

/** A picture in the module's memory, what is to be done, and room for a float64 per column and per row. */
interface Task {
  readonly functions: SimdModule['functions']
  readonly buffer: ArrayBufferLike
  readonly matrix: AffineMatrix
  readonly from: Sides
  readonly to: Sides
  readonly source: number
  readonly out: number
  readonly fill: number
  readonly columns: number
  readonly rows: number
}

/**
 * What `warp` makes of a picture of bytes with three channels and the places of a matrix, faster. Undefined for other
 * pictures, for places too far away, or where this machine has no SIMD or the picture is too large.
 *
 * @param background - the pixel of what comes from outside
 */
export function affineBySimd(
  image: Image,
  matrix: AffineMatrix,
  interpolation: WarpInterpolation,
  background: Image['data'],
  to: Sides,
): Uint8Array | undefined {
  const { data, channels } = image
  if (channels !== 3 || !(data instanceof Uint8Array)) return undefined
  const move = moveFor(matrix, interpolation, to)
  const length = to.width * to.height * 3
  const lengths = [data.length, length, 3, 8 * to.width, 8 * Math.max(to.width, to.height)]
  const { addresses, end } = layOut(lengths)
  const [source, out, fill, columns, rows] = addresses as [number, number, number, number, number]
  const simd = move && simdModule(end)
  if (!simd) return undefined
  const memory = simd.memory(end)
  memory.set(data, source)
  memory.set(background, fill)
  const { functions } = simd
  move({ functions, buffer: memory.buffer, matrix, from: image, to, source, out, fill, columns, rows })
  return memory.slice(out, out + length)
}

/** As `affinePositions` has it. */
function moveFor(
  matrix: AffineMatrix,
  interpolation: WarpInterpolation,
  to: Sides,
): ((task: Task) => void) | undefined {
  if (interpolation === 'bicubic') return (task) => moveExactly(task, 1)
  if (interpolation === 'bilinear') return (task) => moveExactly(task, 0)
  if (isScaling(matrix)) return scale
  return fitsFixedPoint(to, matrix) ? moveInFixedPoint : undefined
}

function moveExactly({ functions, matrix, from, to, source, out, fill, columns, rows }: Task, bicubic: 0 | 1): void {
  const [a, b, c, d, e, f] = matrix
  functions.affineExact(
    ...([source, from.width, from.height, a, b, c, d, e, f] as const),
    ...([columns, rows, to.width, to.height, out, fill, bicubic] as const),
  )
}

function moveInFixedPoint({ functions, matrix, from, to, source, out, fill }: Task): void {
  const { x, y, rightX, rightY, downX, downY } = fixedSteps(matrix)
  functions.affineFixed(
    ...([source, from.width, from.height, x, y, rightX, rightY, downX, downY] as const),
    ...([to.width, to.height, out, fill] as const),
  )
}

function scale({ functions, buffer, matrix, from, to, source, out, fill, columns, rows }: Task): void {
  const [xs, ys] = scaledSteps(to, matrix)
  writeOffsets(new Int32Array(buffer, columns, to.width), xs, from.width, 3)
  writeOffsets(new Int32Array(buffer, rows, to.height), ys, from.height, from.width * 3)
  functions.gather(source, columns, rows, to.width, to.height, out, fill)
}

/** Negative where a place is outside. */
function writeOffsets(offsets: Int32Array, places: Float64Array, side: number, step: number): void {
  places.forEach((place, i) => {
    offsets[i] = place >= 0 && place < side ? Math.trunc(place) * step : -1
  })
}
