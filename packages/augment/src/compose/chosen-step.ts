import { ClasError, type Rng } from '@clas/core'
import type { SampleInfo, Transform } from '../transform.ts'

/** Which step of a list was chosen, and what it drew. */
export interface ChosenStep {
  /** Its place in the list, from 0. */
  readonly index: number
  readonly name: string
  /** What its `sample` returned. */
  readonly parameters: unknown
}

/** Lets the step at an index draw, from a stream of its own as in a pipeline. */
export function drawStep(steps: readonly Transform[], index: number, rng: Rng, info: SampleInfo): ChosenStep {
  const step = steps[index] as Transform
  return { index, name: step.name, parameters: step.sample(rng.fork(index, step.name), info) }
}

/** The step that parameters are of; `bad-option` when they are of another list. */
export function chosenStep(transform: string, steps: readonly Transform[], { index, name }: ChosenStep): Transform {
  const step = steps[index]
  if (step && step.name === name) return step
  throw new ClasError(
    'bad-option',
    `${transform}: the parameters are of step ${index}, ${name}, which isn't among [${steps
      .map((one) => one.name)
      .join(', ')}] there; replay them with the transform that drew them`,
    { transform, index, name },
  )
}
