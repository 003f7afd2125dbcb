import { createRng, disposeVariables, valueAndGradients } from '@clas/core'
import { apply, init, type Module } from '@clas/nn'
import { add, dispose, mean, mul, type Scalar, square, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { image } from './fill.ts'
import { l2Norm } from './l2-norm.ts'
import { withoutDropout } from './parity.ts'

/** What gradients of a model look like. */
export interface GradientCensus {
  /** Parameters that have a gradient. */
  readonly count: number
  /** Parameters whose gradient has a value that is not finite. */
  readonly notFinite: readonly string[]
  /** Parameters whose gradient is zero throughout. */
  readonly zero: readonly string[]
}

/**
 * The gradients of one step of training on two pictures, at first values that are disturbed a little so that layers
 * that begin with zeros let gradients through.
 *
 * @param size - height and width of the pictures
 */
export async function censusOfGradients(
  model: Module & { readonly auxiliary?: readonly string[] },
  size: number,
): Promise<GradientCensus> {
  const taps = model.auxiliary ?? []
  const calm = withoutDropout(model)
  const first = init(model, createRng(1))
  const params = tidy(() =>
    Object.fromEntries(Object.entries(first.params).map(([key, value]) => [key, add(value, noise(key, value.shape))])),
  )
  const x = tensor(image(2, size), [2, size, size, 3])
  const { loss, gradients, buffers } = valueAndGradients((params) => {
    const { output, features, buffers } = apply(calm, { ...first, params }, x, { training: true, taps })
    const outputs = [output, ...taps.map((path) => features[path] as Tensor)]
    // Each output weighs differently: a mean of squares alone is the same for all where a layer normalises.
    const losses = outputs.map((each) => mean(square(add(each, mul(each, noise('loss', each.shape))))))
    return { loss: losses.reduce((sum, each) => add(sum, each)) as Scalar, buffers }
  }, params)
  const norms = Object.entries(gradients).map(([key, gradient]) => [key, l2Norm(gradient)] as const)
  dispose([x, loss, gradients, params, buffers] as never)
  disposeVariables(first)
  return {
    count: norms.length,
    notFinite: norms.filter(([, norm]) => !Number.isFinite(norm)).map(([key]) => key),
    zero: norms.filter(([, norm]) => norm === 0).map(([key]) => key),
  }
}

/** Normal values of deviation 0.05. */
function noise(key: string, shape: readonly number[]): Tensor {
  const rng = createRng(2).fork(key)
  const count = shape.reduce((product, length) => product * length, 1)
  return tensor(
    Float32Array.from({ length: count }, () => 0.05 * rng.normal()),
    [...shape],
  )
}
