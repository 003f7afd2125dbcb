import { compose, type ImageInfo, type Pipeline, type Rectangle, type Transform } from '@clas/augment'
import type { Rng } from '@clas/core'

/** A pipeline for the part of a picture that it looks at. */
export interface Aim {
  readonly region: Rectangle
  readonly pipeline: Pipeline
}

/**
 * Draws the first step of a pipeline before the picture is decoded, so that only the part that the step looks at need be.
 * Undefined where that is all of it. Draws what the pipeline itself would.
 */
export function aim(pipeline: Pipeline, stream: Rng, size: ImageInfo, epoch: number): Aim | undefined {
  const [first, ...rest] = pipeline.steps
  if (!first?.focus) return undefined
  const drawn = first.sample(stream.fork(0, first.name), { ...size, epoch })
  const { region, parameters } = first.focus(drawn)
  const aimed: Transform = Object.create(first, { sample: { value: () => parameters } })
  return { region, pipeline: compose([aimed, ...rest]) }
}
