import type { TransformSpec } from '../transform.ts'

/** What can say what it is made of: a transform, or a batch transform. */
interface Describable {
  describe?(): TransformSpec
}

/** The specs of steps in order; undefined where one has none. */
export function describeSteps(steps: readonly Describable[]): TransformSpec[] | undefined {
  const specs: TransformSpec[] = []
  for (const step of steps) {
    const spec = step.describe?.()
    if (!spec) return undefined
    specs.push(spec)
  }
  return specs
}
