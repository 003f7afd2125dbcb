import { expect } from 'vitest'

/** What a reference library drew, many times. */
export interface Distribution {
  readonly count: number
  /** The upper ends of bins, which belong to them. */
  readonly edges: readonly number[]
  /** The part of the values that is in each bin. */
  readonly shares: readonly number[]
  readonly mean: number
  readonly deviation: number
  readonly least: number
  readonly greatest: number
}

/**
 * Expects values to be drawn from the same distribution as a reference's: by their mean (to 4 of its standard errors),
 * their extremes (to a part of the reference's range, a twentieth unless told: more where there are long tails) and the
 * chi-square of two samples (to a probability of 0.0005).
 */
export function expectDistribution(
  values: readonly number[],
  reference: Distribution,
  name: string,
  reach: number = 1 / 20,
): void {
  const { count, edges, shares, mean, deviation, least, greatest } = reference
  const found = meanOf(values)
  const tolerance = reach * (greatest - least)
  expect(Math.abs(found - mean), `mean of ${name}, ${found}, not ${mean}`).toBeLessThanOrEqual(
    4 * deviation * Math.sqrt(1 / values.length + 1 / count),
  )
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  expect(Math.abs(lowest - least), `least of ${name}, ${lowest}, not ${least}`).toBeLessThanOrEqual(tolerance)
  expect(Math.abs(highest - greatest), `greatest of ${name}, ${highest}, not ${greatest}`).toBeLessThanOrEqual(
    tolerance,
  )

  const observed = new Array<number>(edges.length).fill(0)
  for (const value of values) {
    const bin = edges.findIndex((edge) => value <= edge + 1e-12 * Math.abs(edge))
    const last = edges.length - 1
    observed[bin === -1 ? last : bin] = (observed[bin === -1 ? last : bin] ?? 0) + 1
  }
  const { statistic, freedom } = chiSquare(observed, shares, values.length, count)
  if (freedom > 0)
    expect(statistic, `chi-square of ${name} with ${freedom} degrees of freedom`).toBeLessThanOrEqual(critical(freedom))
}

/** The mean of values. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  return sum / values.length
}

/** The statistic of a sample against the shares of another, neighbours with few expected values taken together. */
function chiSquare(
  observed: readonly number[],
  shares: readonly number[],
  count: number,
  referenceCount: number,
): { statistic: number; freedom: number } {
  let statistic = 0
  let freedom = -1
  let seen = 0
  let expected = 0
  observed.forEach((value, bin) => {
    seen += value
    expected += count * (shares[bin] ?? 0)
    if (expected < 8) return
    statistic += (seen - expected) ** 2 / (expected * (1 + count / referenceCount))
    freedom++
    seen = 0
    expected = 0
  })
  return { statistic, freedom }
}

/** The chi-square that is exceeded with a probability of 0.0005: Wilson and Hilferty's formula. */
function critical(freedom: number): number {
  const spread = 2 / (9 * freedom)
  return freedom * (1 - spread + 3.2905 * Math.sqrt(spread)) ** 3
}
