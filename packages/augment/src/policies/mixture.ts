import type { Rng } from '@clas/core'
import { sampleBeta } from '../batch/beta.ts'
import type { Image } from '../image.ts'
import { sampleDirichlet } from './dirichlet.ts'
import { applySteps, type PolicyStep, type Rendering } from './operations.ts'

/** What AugMix draws: chains of operations that each begin with the picture itself, and how their results are mixed. */
export interface Mixture {
  /** What comes from the chains, 0 to 1; the rest is the picture as it was. */
  readonly share: number
  /** Of the chains among themselves; their sum is 1. */
  readonly weights: readonly number[]
  readonly chains: readonly (readonly PolicyStep[])[]
}

/** The shape of a mixture. */
export interface MixtureShape {
  /** Of the Dirichlet and the Beta distribution, above 0. */
  readonly alpha: number
  /** How many chains. */
  readonly width: number
  /** How many operations a chain has; 1 to 3, each as likely, unless it is above 0. */
  readonly depth: number
}

/** Draws a mixture. Its numbers are float32, as NumPy's in the originals. */
export function drawMixture(rng: Rng, { alpha, width, depth }: MixtureShape, step: () => PolicyStep): Mixture {
  const weights = sampleDirichlet(rng, alpha, width).map(Math.fround)
  const share = Math.fround(sampleBeta(rng, alpha))
  const chains = weights.map(() => Array.from({ length: depth > 0 ? depth : rng.integer(1, 4) }, step))
  return { share, weights, chains }
}

/** Runs the chains, each on the picture itself. */
export function runChains(name: string, image: Image, { chains }: Mixture, rendering: Rendering): Image[] {
  return chains.map((steps) => applySteps(name, image, steps, rendering))
}

/** Mixes the chains and the picture in one sum, whose fraction is cut off once: PaddleClas's AugMix. */
export function mixOnce(image: Image, { share, weights }: Mixture, results: readonly Image[]): Image {
  const mixed = addWeighted(new Float64Array(image.data.length), weights, results)
  const kept = productsOf(1 - share)
  const data = new Uint8Array(mixed.length)
  for (let i = 0; i < data.length; i++) {
    data[i] = (kept[image.data[i] as number] as number) + share * (mixed[i] as number)
  }
  return { ...image, data }
}

/** Mixes the chains to bytes, then these with the picture, to bytes again: timm's AugMix. */
export function mixTwice(image: Image, { share, weights }: Mixture, results: readonly Image[]): Image {
  const mixed = addWeighted(new Float32Array(image.data.length), weights, results)
  const data = new Uint8Array(mixed.length)
  for (let i = 0; i < data.length; i++) data[i] = Math.min(255, mixed[i] as number)
  return blend(image, { ...image, data }, share)
}

/** Blends the chains into the picture one after another, so that the weights come out about the same: timm's `b1`. */
export function mixInTurn(image: Image, { share, weights }: Mixture, results: readonly Image[]): Image {
  let left = 1
  const amounts = weights.map(() => 0)
  for (let chain = weights.length - 1; chain >= 0; chain--) {
    const amount = ((weights[chain] ?? 0) * share) / left
    amounts[chain] = amount
    left *= 1 - amount
  }
  return results.reduce((current, result, chain) => blend(current, result, amounts[chain] ?? 0), image)
}

/** Adds the weighted chains up, each product in float32, in the precision of `sums`. */
function addWeighted<T extends Float64Array | Float32Array>(
  sums: T,
  weights: readonly number[],
  results: readonly Image[],
): T {
  results.forEach(({ data }, chain) => {
    const products = productsOf(weights[chain] ?? 0)
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (products[data[i] as number] as number)
  })
  return sums
}

/** A weight times each byte, in float32. */
function productsOf(weight: number): Float32Array {
  const factor = Math.fround(weight)
  return Float32Array.from({ length: 256 }, (_, value) => factor * value)
}

/** Pillow's `Image.blend` for an amount of 0 to 1: float32, fractions cut off. */
function blend(from: Image, to: Image, amount: number): Image {
  const weight = Math.fround(amount)
  const steps = Float32Array.from({ length: 511 }, (_, i) => weight * (i - 255))
  const data = new Uint8Array(from.data.length)
  for (let i = 0; i < data.length; i++) {
    const base = from.data[i] as number
    data[i] = Math.fround(base + (steps[(to.data[i] as number) - base + 255] as number))
  }
  return { ...from, data }
}
