import { valueAndGradients } from '@clas/core'
import { conv2d } from '@clas/kernels'
import { dispose, mul, type Scalar, sum, type Tensor, tensor4d, tidy } from '@tensorflow/tfjs-core'

/** What a 2×2 filter of ones makes of the numbers 1 to 9, and the gradient of half the sum of its squares. */
const OUTPUT = [12, 16, 24, 28]
const GRADIENT = [280, 360, 520, 600]

/**
 * Convolves and differentiates on the backend that is chosen, and compares with values that were worked out by hand.
 *
 * @returns what is wrong, undefined when all is right
 */
export async function selfCheck(): Promise<string | undefined> {
  const x = tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])
  const filter = tensor4d([1, 1, 1, 1], [2, 2, 1, 1])
  const { loss, output, gradients } = valueAndGradients(
    (params) => {
      const y = conv2d(x, params.filter as Tensor)
      return { loss: tidy(() => mul(sum(mul(y, y)), 0.5)) as Scalar, output: y }
    },
    { filter },
  )
  try {
    const forward = await differs('the convolution', output, OUTPUT)
    return forward ?? (await differs('its gradient', gradients.filter, GRADIENT))
  } finally {
    dispose([x, filter, loss, output, ...Object.values(gradients)])
  }
}

async function differs(
  what: string,
  tensor: Tensor | undefined,
  expected: readonly number[],
): Promise<string | undefined> {
  const found = tensor ? [...(await tensor.data())] : []
  const same =
    found.length === expected.length && expected.every((value, i) => Math.abs(value - (found[i] ?? 0)) < 1e-3)
  return same ? undefined : `${what} gives [${found.join(', ')}], expected [${expected.join(', ')}]`
}
