import type { Rng, Variables } from '@clas/core'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { dtypeOf, type Module, walk } from './module.ts'

/**
 * Makes a module's first variables. What a parameter is given depends on the seed and its path alone.
 *
 * @param module - the description
 * @param rng - the stream to draw from
 * @returns variables, which the caller owns: free them with `disposeVariables`
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { init, linear } from '@clas/nn'
 * await useBackend('cpu')
 * console.log(init(linear(3, 2), createRng(1)).params.weight?.shape) // [3, 2]
 * ```
 */
export function init(module: Module, rng: Rng): Variables {
  const params: Record<string, Tensor> = {}
  const buffers: Record<string, Tensor> = {}
  for (const [path, part] of walk(module)) {
    if (part.part === 'module') continue
    const record = part.part === 'parameter' ? params : buffers
    record[path] = tensor(part.initializer(part.shape, rng.fork(path)), [...part.shape], dtypeOf(part))
  }
  return { params, buffers }
}
