import type { Image, Pipeline } from '@clas/augment'
import { ClasError, isClasError, type Rng } from '@clas/core'

/** Which picture is transformed, and how. */
export interface TransformImageOptions {
  /** What messages call the picture. */
  readonly name: string
  readonly epoch: number
  /** Where the values go; without it, to new memory. */
  readonly out?: Float32Array | undefined
}

/** Runs a pipeline on a picture; its errors then say which picture it was. */
export function transformImage(
  image: Image,
  pipeline: Pipeline,
  rng: Rng,
  { name, epoch, out }: TransformImageOptions,
): Image {
  return namingPicture(name, () => pipeline.run(image, rng, epoch, out).image)
}

/** Runs what concerns a picture; its errors then say which picture it was. */
export function namingPicture<T>(name: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    const message = `${name}: ${cause instanceof Error ? cause.message : String(cause)}`
    if (!isClasError(cause)) throw new Error(message, { cause })
    throw new ClasError(cause.code, message, { ...cause.fields, picture: name }, { cause })
  }
}
