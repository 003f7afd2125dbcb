import { badOption } from './options.ts'

/**
 * What pixels become that aren't from the picture, in the units of its values: one number, or one per channel. Where alpha
 * stays as it is, one per channel of colour.
 */
export type Fill = number | readonly number[]

/** Checks an option that is a {@link Fill}: its values must be finite. */
export function fillOption(transform: string, fill: Fill): Fill {
  const values: readonly unknown[] = Array.isArray(fill) ? fill : [fill]
  if (values.length > 0 && values.every(Number.isFinite)) return fill
  return badOption(transform, 'fill', 'a finite number, or one per channel', fill)
}
