import type { Rng } from '@clas/core'
import type { ImageInfo } from '../image.ts'
import type { Levels } from './levels.ts'
import type { Operation, PolicyStep } from './operations.ts'

/** An operation of a sub-policy: how likely it runs, and its magnitude on the policy's scale. */
export interface SubPolicyStep {
  readonly operation: Operation
  readonly probability: number
  readonly magnitude: number
}

/** The operations that a table of levels has, in its order. */
export function operationsOf(levels: Levels): readonly Operation[] {
  return Object.keys(levels) as Operation[]
}

/** One of a list that has at least one entry, each as likely. */
export function pick<T>(rng: Rng, list: readonly T[]): T {
  return list[rng.integer(0, list.length)] as T
}

/** Draws an operation's level, and a cutout's place. */
export function drawStep(
  operation: Operation,
  levels: Levels,
  strength: number,
  rng: Rng,
  info: ImageInfo,
): PolicyStep {
  // JSON has no -0.
  const level = (levels[operation]?.(strength, rng, info) ?? 0) + 0
  if (operation === 'cutout') {
    return [operation, level, { center: [rng.integer(0, info.width + 1), rng.integer(0, info.height + 1)] }]
  }
  return [operation, level]
}

/** Draws a number of operations, each time one of all. */
export function drawLayers(levels: Levels, layers: number, strength: number, rng: Rng, info: ImageInfo): PolicyStep[] {
  const operations = operationsOf(levels)
  return Array.from({ length: layers }, () => drawStep(pick(rng, operations), levels, strength, rng, info))
}
