import type { BatchTransform } from '../batch/batch-transform.ts'
import type { Transform, TransformSpec } from '../transform.ts'
import { COMPOSE, isPipeline } from './compose.ts'
import type { Recipe } from './recipe.ts'

/**
 * Writes what a transform, a pipeline or a recipe is made of as text: one line a step, with its options. Steps inside of
 * a step are indented below it.
 *
 * @returns lines, each ended by a line break
 * @example
 * ```ts
 * import { compose, formatTransform, normalizeImage, oneOf, randAffine, randFlipImage } from '@clas/augment'
 * const turnOrFlip = oneOf([randAffine({ degrees: [-9, 9] }), randFlipImage()], [1, 3])
 * console.log(formatTransform(compose([turnOrFlip, normalizeImage()])))
 * // OneOf weights: [1, 3]
 * //   RandAffine degrees: [-9, 9]
 * //   RandFlipImage
 * // NormalizeImage
 * ```
 */
export function formatTransform(value: Transform | BatchTransform | Recipe): string {
  if ('transform' in value) {
    const { transform, batchTransform } = value
    const batch = batchTransform ? ['each batch', ...indented(stepLines(batchTransform))] : []
    return ['each picture', ...indented(stepLines(transform)), ...batch].map((line) => `${line}\n`).join('')
  }
  return stepLines(value)
    .map((line) => `${line}\n`)
    .join('')
}

function stepLines(step: Transform | BatchTransform): string[] {
  // A pipeline tells its steps even where one of them has no description.
  if (isPipeline(step)) return step.steps.flatMap(stepLines)
  const spec = step.describe?.()
  return spec ? specLines(spec) : [step.name]
}

function specLines({ name, options }: TransformSpec): string[] {
  const entries = Object.entries(options)
  const inside = entries.flatMap(([, value]) => specsIn(value).flatMap(specLines))
  if (name === COMPOSE) return inside
  const told = entries.filter(([, value]) => specsIn(value).length === 0)
  const text = told.map(([option, value]) => `${option}: ${formatValue(value)}`).join(', ')
  return [text === '' ? name : `${name} ${text}`, ...indented(inside)]
}

function specsIn(value: unknown): TransformSpec[] {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.every(isSpec) ? values : []
}

function isSpec(value: unknown): value is TransformSpec {
  return typeof value === 'object' && value !== null && 'name' in value && 'options' in value
}

/** As JavaScript would be written: `{ from: 0, to: 1 }`, with at most 4 digits of a fraction. */
function formatValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)))
  if (typeof value !== 'object' || value === null) return String(value)
  const entries = Object.entries(value).map(([name, one]) => `${name}: ${formatValue(one)}`)
  return `{ ${entries.join(', ')} }`
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
