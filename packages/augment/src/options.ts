import { ClasError } from '@clas/core'

/** A size in pixels: the side of a square, or [width, height]. */
export type Size = number | readonly [width: number, height: number]

/** A closed range: [lowest, highest]. */
export type Range = readonly [low: number, high: number]

/** Throws `bad-option`: what was expected of which option, and what was found. */
export function badOption(transform: string, option: string, expected: string, found: unknown): never {
  throw new ClasError('bad-option', `${transform}: ${option} must be ${expected}, found ${JSON.stringify(found)}`, {
    transform,
    option,
    expected,
    found,
  })
}

/** The [width, height] of a size, both whole numbers of at least 1. */
export function sizeOption(transform: string, size: Size): readonly [number, number] {
  const pair: readonly unknown[] = Array.isArray(size) ? size : [size, size]
  const [width, height] = pair
  if (pair.length !== 2 || !isSide(width) || !isSide(height)) {
    return badOption(transform, 'size', 'a whole number of at least 1, or [width, height]', size)
  }
  return [width, height]
}

/** A range whose ends are finite, in order and not below `least`. */
export function rangeOption(
  transform: string,
  option: string,
  range: Range,
  least: number = Number.NEGATIVE_INFINITY,
): Range {
  const ends: unknown = range
  const valid = Array.isArray(ends) && ends.length === 2 && ends.every((end) => Number.isFinite(end) && end >= least)
  if (!valid || range[0] > range[1]) {
    const bound = least === Number.NEGATIVE_INFINITY ? '' : ` of at least ${least}`
    return badOption(transform, option, `a range [low, high]${bound}`, range)
  }
  return range
}

/** A number in a closed range. */
export function numberOption(transform: string, option: string, value: number, [low, high]: Range): number {
  if (typeof value === 'number' && value >= low && value <= high) return value
  return badOption(transform, option, `a number from ${low} to ${high}`, value)
}

/** One of a list of values. */
export function choiceOption<T>(transform: string, option: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value
  return badOption(transform, option, `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`, value)
}

function isSide(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1
}
