import { disposeVariables, valueAndGradients } from '@clas/core'
import { apply, type Module } from '@clas/nn'
import { add, dispose, mean, mul, type Scalar, square, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { fill, image } from './fill.ts'
import { filledVariables } from './filled-variables.ts'
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

/** Small enough that no deep network without normalisation outgrows float32. */
const GAIN = 0.5

/**
 * The gradients of one step of training on two pictures, with the reference's values, of which none is zero: what begins
 * with zeros would let no gradients through.
 *
 * @param size - height and width of the pictures
 */
export async function censusOfGradients(
  model: Module & { readonly auxiliary?: readonly string[] },
  size: number,
): Promise<GradientCensus> {
  const taps = model.auxiliary ?? []
  const calm = withoutDropout(model)
  const variables = filledVariables(model, GAIN)
  const x = tensor(image(2, size), [2, size, size, 3])
  const { loss, gradients, buffers } = valueAndGradients((params) => {
    const { output, features, buffers } = apply(calm, { ...variables, params }, x, { training: true, taps })
    const outputs = [output, ...taps.map((path) => features[path] as Tensor)]
    // Each number weighs differently: the mean of squares alone is the same for all where a layer normalises.
    const losses = outputs.map((each) => mean(mul(square(each), tensor(fill('loss', each.shape), each.shape))))
    return { loss: losses.reduce((sum, each) => add(sum, each)) as Scalar, buffers }
  }, variables.params)
  const norms = Object.entries(gradients).map(([key, gradient]) => [key, l2Norm(gradient)] as const)
  dispose([x, loss, gradients, buffers] as never)
  disposeVariables(variables)
  return {
    count: norms.length,
    notFinite: norms.filter(([, norm]) => !Number.isFinite(norm)).map(([key]) => key),
    zero: norms.filter(([, norm]) => norm === 0).map(([key]) => key),
  }
}
