import { ClasError, type Tensors } from '@clas/core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** What a state keeps for a path. Starting at zero in its place would hide that the state is another model's. */
export function kept(tensors: Tensors, path: string, transform: string): Tensor {
  const tensor = tensors[path]
  if (tensor) return tensor
  const message = `${transform}'s state has nothing for '${path}'; give init every parameter that will have a gradient`
  throw new ClasError('state-dict-mismatch', message, { path, transform })
}
