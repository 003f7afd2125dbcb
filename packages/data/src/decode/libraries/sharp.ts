import { isMainThread } from 'node:worker_threads'
import { ClasError } from '@clas/core'
import type { DecodedPixels, ImageDecoder } from '../image-decoder.ts'

/** The function that the package sharp exports. */
export type Sharp = typeof import('sharp').default

let loaded: Promise<Sharp> | undefined

/** Loads sharp at the first picture that needs it, so that a program runs without it. */
function loadSharp(): Promise<Sharp> {
  loaded ??= importSharp(() => import('sharp')).then((sharp) => {
    // A picture comes once per epoch, so a cache is of no use; and where there are threads, they are the parallelism.
    if (!isMainThread) {
      sharp.cache(false)
      sharp.concurrency(1)
    }
    return sharp
  })
  return loaded
}

/**
 * Imports sharp by a function.
 *
 * @throws `backend-unavailable` with the command that installs it
 */
export async function importSharp(load: () => Promise<{ readonly default: Sharp }>): Promise<Sharp> {
  try {
    return (await load()).default
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new ClasError(
      'backend-unavailable',
      `the package sharp can't be loaded (${reason}); run: npm install sharp`,
      { package: 'sharp', reason },
      { cause },
    )
  }
}

/** Decodes a format by sharp, that is libvips. It knows every profile and CMYK, and turns AVIF by itself. */
export async function sharpDecoder(format: string): Promise<ImageDecoder> {
  const sharp = await loadSharp()
  return {
    format,
    library: 'sharp',
    async decode(bytes, info, { colour }): Promise<DecodedPixels> {
      // failOn: a cut-off file is an error, a harmless warning of the decoder is not.
      const limitInputPixels = info.width * info.height
      const { data, info: found } = await sharp(bytes, {
        ...{ failOn: 'truncated', limitInputPixels, ignoreIcc: colour === 'stored' },
      })
        .toColourspace('srgb')
        .removeAlpha()
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true })
      return {
        data: new Uint8Array(data.buffer, data.byteOffset, data.length),
        ...{ width: found.width, height: found.height, channels: 3 },
        ...{ srgb: true, upright: format === 'avif' },
      }
    },
  }
}
