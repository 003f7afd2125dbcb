import { ClasError, type Tensors } from '@clas/core'
import { type Tensor, util } from '@tensorflow/tfjs-core'

/** What a state keeps for a path. Starting at zero in its place would hide that the state is another model's. */
export function kept(tensors: Tensors, path: string, update: Tensor, transform: string): Tensor {
  const tensor = tensors[path]
  if (tensor && util.arraysEqual(tensor.shape, update.shape)) return tensor
  const found = tensor ? `has the shape [${tensor.shape}] for '${path}', expected [${update.shape}]` : `lacks '${path}'`
  const message = `the state of ${transform} ${found}; it is made by init, of every parameter that will have a gradient`
  throw new ClasError('state-dict-mismatch', message, { path, transform, expected: update.shape })
}
