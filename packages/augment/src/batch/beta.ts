import type { Rng } from '@clas/core'

/**
 * Draws from the Beta distribution, whose parameters are above 0 and the same unless told. It is X / (X + Y) of two Gamma
 * variates, which are kept as logarithms: with a small alpha both are often too small for a float64.
 */
export function sampleBeta(rng: Rng, alpha: number, beta: number = alpha): number {
  const x = sampleLogGamma(rng, alpha)
  const y = sampleLogGamma(rng, beta)
  return 1 / (1 + Math.exp(y - x))
}

/** The logarithm of a Gamma variate: Marsaglia and Tsang 2000, with their boost for a shape below 1. */
function sampleLogGamma(rng: Rng, shape: number): number {
  if (shape < 1) return sampleLogGamma(rng, shape + 1) + Math.log(1 - rng.next()) / shape
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = rng.normal()
    const v = (1 + c * x) ** 3
    if (v <= 0) continue
    const u = 1 - rng.next()
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v)
  }
}
