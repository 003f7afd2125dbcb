import type { Tensors } from '@clas/core'
import { add, mul, scalar, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { kept } from './kept.ts'
import { mapEach } from './map-each.ts'

/** The moving averages `beta · old + (1 - beta) · of(update)` of the paths in `updates`. */
export function average(
  old: Tensors,
  updates: Tensors,
  beta: number,
  of: (update: Tensor) => Tensor = (update) => update,
): Tensors {
  const stays = scalar(beta)
  const comes = scalar(1 - beta)
  return mapEach(updates, (update, path) => {
    const before = kept(old, path, update, 'the moving average')
    return tidy(() => add(mul(before, stays), mul(of(update), comes)))
  })
}
