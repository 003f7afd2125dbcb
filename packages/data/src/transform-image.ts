import type { Image, Pipeline } from '@clas/augment'
import { ClasError, isClasError, type Rng } from '@clas/core'

/** Runs a pipeline on a picture; its errors then say which picture it was. */
export function transformImage(image: Image, pipeline: Pipeline, rng: Rng, name: string): Image {
  try {
    return pipeline.run(image, rng).image
  } catch (cause) {
    const message = `${name}: ${cause instanceof Error ? cause.message : String(cause)}`
    if (!isClasError(cause)) throw new Error(message, { cause })
    throw new ClasError(cause.code, message, { ...cause.fields, picture: name }, { cause })
  }
}
