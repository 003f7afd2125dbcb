import { mul, type Tensor } from '@tensorflow/tfjs-core'
import { mapEach } from './map-each.ts'
import { withRole } from './role.ts'
import { scalars } from './scalars.ts'
import { type Schedule, toSchedule } from './schedule.ts'
import type { NoState, Transform } from './transform.ts'

/** How rates differ between parameters. */
export interface LearningRateOptions {
  /** A factor for each parameter; default 1 for all. */
  readonly scale?: (path: string, param: Tensor) => number
}

/**
 * Turns directions into updates: times minus the learning rate.
 *
 * @param lr - a rate of at least 0, or a {@link Schedule}
 * @throws `bad-option` when a number is under 0
 * @example
 * ```ts
 * import { chain, cosine, createOptimizer, scaleByLearningRate, trace } from '@clas/optim'
 * const rate = scaleByLearningRate(cosine({ from: 0.1, steps: 1000 }), {
 *   scale: (path) => (path.startsWith('fc.') ? 10 : 1),
 * })
 * console.log(createOptimizer(chain(trace({ momentum: 0.9 }), rate)).name)
 * ```
 */
export function scaleByLearningRate(
  lr: number | Schedule,
  { scale = () => 1 }: LearningRateOptions = {},
): Transform<NoState> {
  const schedule = toSchedule(lr)
  return withRole(
    { kind: 'rate', schedule, scale },
    {
      name: 'scaleByLearningRate',
      learningRate: schedule,
      init: () => ({}),
      update(updates, state, { step, params }) {
        const asScalar = scalars()
        const rate = schedule(step)
        const scaled = mapEach(updates, (update, path) =>
          mul(update, asScalar(-rate * scale(path, params[path] as Tensor))),
        )
        return [scaled, state]
      },
    },
  )
}
