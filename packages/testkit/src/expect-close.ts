import { Tensor } from '@tensorflow/tfjs-core'

/** A tensor, or numbers. */
export type Values = Tensor | ArrayLike<number>

/** A difference is allowed up to absolute + relative * |expected|. */
export interface Tolerance {
  /** Default: 1e-5. */
  readonly relative?: number
  /** Default: 1e-6. */
  readonly absolute?: number
}

/**
 * Throws unless all values are within the tolerance of those expected, with the worst of them in the message. Shapes
 * are compared where both are tensors. Values that aren't finite must be the same.
 *
 * @param actual - a tensor or numbers
 * @param expected - as many
 */
export function expectClose(
  actual: Values,
  expected: Values,
  { relative = 1e-5, absolute = 1e-6 }: Tolerance = {},
): void {
  if (actual instanceof Tensor && expected instanceof Tensor && String(actual.shape) !== String(expected.shape)) {
    throw new Error(`expected the shape [${expected.shape}], found [${actual.shape}]`)
  }
  const found = numbers(actual)
  const wanted = numbers(expected)
  if (found.length !== wanted.length) throw new Error(`expected ${wanted.length} values, found ${found.length}`)
  let worst = { at: -1, excess: 1 }
  let far = 0
  for (let i = 0; i < wanted.length; i++) {
    const a = found[i] as number
    const b = wanted[i] as number
    if (Object.is(a, b) || a === b) continue
    const difference = Math.abs(a - b)
    const allowed = absolute + relative * Math.abs(b)
    if (difference <= allowed) continue // false for NaN
    far++
    const excess = Number.isFinite(difference) ? difference / allowed : Number.POSITIVE_INFINITY
    if (excess > worst.excess || worst.at < 0) worst = { at: i, excess }
  }
  if (far === 0) return
  const { at, excess } = worst
  const shape = expected instanceof Tensor ? expected.shape : actual instanceof Tensor ? actual.shape : [wanted.length]
  throw new Error(
    `${far} of ${wanted.length} values are off; the worst at [${position(at, shape)}] of shape [${shape}]: ` +
      `expected ${wanted[at]}, found ${found[at]}, ${excess.toPrecision(3)} times the tolerance ` +
      `(relative ${relative}, absolute ${absolute})`,
  )
}

function numbers(values: Values): ArrayLike<number> {
  return values instanceof Tensor ? values.dataSync() : values
}

function position(index: number, shape: readonly number[]): number[] {
  let rest = index
  return [...shape]
    .reverse()
    .map((length) => {
      const at = rest % length
      rest = Math.floor(rest / length)
      return at
    })
    .reverse()
}
