import { createRng, type Rng, type Tensors, valueAndGradients } from '@clas/core'
import { dispose, mul, type Scalar, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'

/** How gradients are checked. */
export interface GradientCheck {
  /** The step of the finite differences. Default: 0.02, for values around 1. */
  readonly step?: number
  /** Allowed difference in units of the input's largest gradient. Default: 1e-3. */
  readonly relative?: number
  /** Allowed difference besides. Default: 1e-4. */
  readonly absolute?: number
  /** How many values of each input are moved, drawn at random where there are more. Default: 24. */
  readonly samples?: number
  /** Draws the projection and the samples. Default: a fixed stream. */
  readonly rng?: Rng
}

/**
 * Compares the gradients of a function with finite differences, by a random projection of its output. Throws with the
 * input and the place of a gradient that is off.
 *
 * The differences are central, of fourth order, of values in float32 that are projected in float64: their error is
 * about step ** 4 / 30 of the fifth derivative, and 1e-7 / step of the values. The function must be smooth within two
 * steps of the inputs.
 *
 * @param f - maps the inputs to a tensor of any shape
 * @param inputs - float32 tensors by name; all are differentiated
 */
export function checkGradients(f: (inputs: Tensors) => Tensor, inputs: Tensors, options: GradientCheck = {}): void {
  const { step = 0.02, relative = 1e-3, absolute = 1e-4, samples = 24, rng = createRng(1) } = options
  const size = tidy(() => f(inputs).size)
  const weights = Float32Array.from({ length: size }, () => rng.uniform(-1, 1))
  const { loss, gradients } = valueAndGradients((moved) => {
    const y = f(moved)
    return { loss: sum(mul(y, tensor(weights, y.shape))) as Scalar }
  }, inputs)
  for (const [name, input] of Object.entries(inputs)) {
    const gradient = gradients[name]
    if (!gradient) throw new Error(`the output doesn't depend on '${name}'`)
    const values = gradient.dataSync() as Float32Array
    const scale = values.reduce((highest, value) => Math.max(highest, Math.abs(value)), 0)
    const project = (at: number, by: number): number => projection(f, inputs, name, at, by, weights)
    const places = rng.permutation(input.size).subarray(0, samples)
    for (const at of places) {
      const near = project(at, step) - project(at, -step)
      const far = project(at, 2 * step) - project(at, -2 * step)
      const expected = (8 * near - far) / (12 * step)
      const found = values[at] as number
      if (!(Math.abs(found - expected) <= absolute + relative * scale)) {
        throw new Error(
          `the gradient of '${name}' of shape [${input.shape}] at ${at}: differences give ${expected}, ` +
            `found ${found} (the largest is ${scale})`,
        )
      }
    }
  }
  dispose([loss, gradients as Record<string, Tensor>])
}

function projection(
  f: (inputs: Tensors) => Tensor,
  inputs: Tensors,
  name: string,
  at: number,
  by: number,
  weights: Float32Array,
): number {
  return tidy(() => {
    const input = inputs[name] as Tensor
    const values = Float32Array.from(input.dataSync())
    values[at] = (values[at] as number) + by
    const y = f({ ...inputs, [name]: tensor(values, input.shape) }).dataSync()
    return weights.reduce((total, weight, i) => total + weight * (y[i] as number), 0)
  })
}
