import { dropout, gelu, linear, type Module, module, truncatedNormal } from '@clas/nn'
import type { Tensor } from '@tensorflow/tfjs-core'

export interface MlpOptions {
  /** Between the layers; default gelu. */
  readonly activation?: (x: Tensor) => Tensor
  /** After the activation and after the second layer, in [0, 1); default 0. */
  readonly dropout?: number
}

/** Two linear layers over the last axis with an activation between them. Keys: `fc1`, `fc2`. */
export function mlp(dim: number, hidden: number, options: MlpOptions = {}): Module {
  const { activation = gelu, dropout: dropped = 0 } = options
  const initializer = truncatedNormal(0.02)
  return module(
    {
      fc1: linear(dim, hidden, { initializer }),
      dropout1: dropout(dropped),
      fc2: linear(hidden, dim, { initializer }),
      dropout2: dropout(dropped),
    },
    ({ fc1, dropout1, fc2, dropout2 }, x) => dropout2(fc2(dropout1(activation(fc1(x))))),
    'mlp',
  )
}
