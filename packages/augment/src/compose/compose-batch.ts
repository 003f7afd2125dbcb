import { ClasError } from '@clas/core'
import type { BatchTransform } from '../batch/batch-transform.ts'
import { COMPOSE, type StepParameters } from './compose.ts'
import { describeSteps } from './describe-steps.ts'

/**
 * Puts batch transforms one after another. The step at `index` draws from `rng.fork(index, name)`, so what it draws
 * doesn't depend on what the steps before it drew.
 *
 * @param steps - in order; none gives back the batch as it is
 * @throws `bad-option` when `apply` is given parameters of other steps
 * @example
 * ```ts
 * import { composeBatch, mixup } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const twice = composeBatch([mixup({ alpha: 0.2 }), mixup({ alpha: 0.2 })])
 * console.log(twice.sample(createRng(1), { batch: 4, classes: 2, height: 8, width: 8 }).length) // 2
 * ```
 */
export function composeBatch(steps: readonly BatchTransform[]): BatchTransform<readonly StepParameters[]> {
  const names = steps.map((step) => step.name)
  const specs = describeSteps(steps)
  return {
    name: COMPOSE,
    sample: (rng, info) =>
      steps.map((step, index) => ({
        name: step.name,
        parameters: step.sample(rng.fork(index, step.name), info),
      })),
    apply(batch, parameters) {
      const found = parameters.map(({ name }) => name)
      if (String(found) !== String(names)) {
        throw new ClasError(
          'bad-option',
          `the parameters are of other batch steps: expected [${names.join(', ')}], found [${found.join(', ')}]; ` +
            'replay them with the transform that drew them',
          { expected: names, found },
        )
      }
      return steps.reduce((current, step, i) => step.apply(current, parameters[i]?.parameters), batch)
    },
    ...(specs && { describe: () => ({ name: COMPOSE, options: { transforms: specs } }) }),
  }
}
