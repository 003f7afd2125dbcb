import type { Tensors } from '@clas/core'
import { add, mul, scalar, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core'
import { kept } from './kept.ts'
import { mapEach } from './map-each.ts'
import { requireFraction, requireThat } from './options.ts'
import { withRole } from './role.ts'
import type { Transform } from './transform.ts'

/** How gradients are gathered. */
export interface TraceOptions {
  /** In [0, 1). */
  readonly momentum: number
  /** Looks one step ahead: the update is `g + momentum · v`; default false. */
  readonly nesterov?: boolean
  /** The share of a gradient, from the second on, that the velocity does not take up; in [0, 1), default 0. */
  readonly dampening?: number
}

/** What {@link trace} keeps. */
export type TraceState = {
  readonly velocity: Tensors
  /** 1 for each parameter that had a gradient already; kept only with dampening. */
  readonly started: Readonly<Record<string, number>>
}

/**
 * Momentum: `v = momentum · v + (1 - dampening) g`, from zero, the first gradient undampened. The update is `v`, or with
 * `nesterov` `g + momentum · v`.
 *
 * Paddle's `Momentum` and PyTorch's `SGD`: the learning rate comes after, and is no part of the velocity. In Paddle's
 * `RMSProp` it is: there, this comes after `scaleByLearningRate`. Sutskever et al., On the importance of initialization
 * and momentum in deep learning (2013).
 *
 * @throws `bad-option` when momentum or dampening is outside [0, 1), or nesterov is used with dampening
 * @example
 * ```ts
 * import { createOptimizer, trace } from '@clas/optim'
 * const optimizer = createOptimizer(trace({ momentum: 0.9, nesterov: true }), 0.1)
 * console.log(optimizer.name)
 * ```
 */
export function trace({ momentum, nesterov = false, dampening = 0 }: TraceOptions): Transform<TraceState> {
  requireFraction('momentum', momentum)
  requireFraction('dampening', dampening)
  requireThat(!nesterov || dampening === 0, 'dampening', dampening, '0 with nesterov')
  return withRole(
    { kind: 'momentum', momentum, nesterov, dampening },
    {
      name: 'trace',
      init: (params) => ({ velocity: mapEach(params, (param) => zerosLike(param)), started: {} }),
      update(updates, state) {
        const factor = scalar(momentum)
        const undamped = scalar(1 - dampening)
        const velocities = mapEach(updates, (update, path) => {
          const old = kept(state.velocity, path, update, 'trace')
          const damped = dampening !== 0 && path in state.started
          return tidy(() => add(mul(old, factor), damped ? mul(update, undamped) : update))
        })
        const ahead = (velocity: Tensor, path: string): Tensor =>
          tidy(() => add(mul(velocity, factor), kept(updates, path, velocity, 'trace')))
        const started = dampening === 0 ? {} : Object.fromEntries(Object.keys(updates).map((path) => [path, 1]))
        return [
          nesterov ? mapEach(velocities, ahead) : velocities,
          { velocity: { ...state.velocity, ...velocities }, started: { ...state.started, ...started } },
        ]
      },
    },
  )
}
