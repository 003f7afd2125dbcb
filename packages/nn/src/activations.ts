import { relu, tanh } from '@clas/kernels'
import { abs, add, exp, elu as exponentialLinear, log1p, mul, neg, type Tensor } from '@tensorflow/tfjs-core'

/** log(1 + exp(x)), value by value, of any shape. Large values do not overflow. */
export function softplus(x: Tensor): Tensor {
  return add(relu(x), log1p(exp(neg(abs(x)))))
}

/** x * tanh(softplus(x)), value by value, of any shape (Misra 2019, arXiv 1908.08681). */
export function mish(x: Tensor): Tensor {
  return mul(x, tanh(softplus(x)))
}

/** x where it is positive, else exp(x) - 1, value by value, of any shape (Clevert et al. 2015, arXiv 1511.07289). */
export function elu(x: Tensor): Tensor {
  return exponentialLinear(x)
}
