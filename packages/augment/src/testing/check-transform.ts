import { createRng, type Rng } from '@clas/core'
import { cropRectangle, type Image, type ImageInfo } from '../image.ts'
import type { SampleInfo, Transform } from '../transform.ts'
import { createTransform, transforms } from '../transforms.ts'
import { allFinite, broken, isPlainJson, isRefusal, sameJson, sameValues, throughJson } from './contract.ts'

/** The options of {@link checkTransform}. */
export interface CheckTransformOptions {
  /** The smallest side that the transform takes, where a crop needs so much. 1 unless told. */
  readonly least?: number
  /** The numbers of channels that it takes. 1, 3 and 4 unless told. */
  readonly channels?: readonly number[]
  /** Whether it makes float32 of 8 bits, as normalising does. false unless told: the type stays. */
  readonly makesFloat32?: boolean
}

const SIZES = [
  [1, 1],
  [1, 9],
  [9, 1],
  [7, 6],
  [31, 64],
  [10_000, 10],
] as const

/**
 * Checks that a transform keeps what pipelines, workers and replays count on. It is framework-free: a test passes when
 * nothing is thrown.
 *
 * Pictures are 1×1, one row, one column, usual and 10 000×10, with 1, 3 and 4 channels. For each of them: the size is
 * what `outputInfo` says, or stays; the type stays; values are finite; the parameters are plain JSON and the same for
 * the same seed; applying them again, also after a way through JSON, gives the same bits; the input isn't changed. A
 * transform that describes itself is rebuilt from its description and does the same. Float32 pictures work as well, or
 * are refused by a `shape-mismatch` or `bad-option` that names the transform.
 *
 * @param transform - of your own, with any options
 * @throws `bad-option` that says which rule is broken, and with which picture
 * @example
 * ```ts
 * import { defineTransform } from '@clas/augment'
 * import { checkTransform } from '@clas/augment/testing'
 * const negative = defineTransform({
 *   name: 'Negative',
 *   sample: () => null,
 *   apply: (image) => ({ ...image, data: image.data.map((value) => 255 - value) }),
 * })
 * checkTransform(negative)
 * ```
 */
export function checkTransform(transform: Transform, options: CheckTransformOptions = {}): void {
  const { least = 1, channels = [1, 3, 4] } = options
  const rebuilt = checkDescription(transform)
  const sizes = SIZES.filter((size) => Math.min(...size) >= least)
  for (const [width, height] of sizes) {
    for (const count of channels) {
      const seed = width * 31 + height * 7 + count
      const bytes = randomPicture({ width, height, channels: count }, createRng(seed))
      const floats = { ...bytes, data: floatsOf(bytes.data) }
      checkPicture(transform, rebuilt, bytes, seed, options)
      if (!refuses(transform, floats, seed)) checkPicture(transform, rebuilt, floats, seed, options)
    }
  }
}

function checkPicture(
  transform: Transform,
  rebuilt: Transform | undefined,
  image: Image,
  seed: number,
  { makesFloat32 = false }: CheckTransformOptions,
): void {
  const { width, height, channels } = image
  const type = image.data instanceof Float32Array ? 'float32' : '8 bits'
  const fail = (rule: string): never => broken(transform.name, `(${width}×${height}×${channels}, ${type})`, rule)
  const info: SampleInfo = { width, height, channels, epoch: seed % 5 }
  const before = image.data.slice()

  const parameters = transform.sample(createRng(seed), info)
  if (!isPlainJson(parameters)) fail(`the parameters must be plain JSON, found ${JSON.stringify(parameters)}`)
  if (!sameJson(transform.sample(createRng(seed), info), parameters)) fail('the same seed drew other parameters')

  const result = transform.apply(image, parameters)
  if (!sameValues(image.data, before)) fail('apply changed its input')
  const size = transform.outputInfo?.(info, parameters) ?? info
  if (!sameSize(result, size)) {
    const says = transform.outputInfo ? 'outputInfo says' : 'without outputInfo it must stay'
    fail(`the result is ${sizeText(result)}, ${says} ${sizeText(size)}`)
  }
  const expected = size.width * size.height * size.channels
  if (result.data.length !== expected) fail(`the result has ${result.data.length} values, its size needs ${expected}`)
  const Type = makesFloat32 ? Float32Array : image.data.constructor
  if (result.data.constructor !== Type) fail(`the result is a ${result.data.constructor.name}, expected ${Type.name}`)
  if (!allFinite(result.data)) fail('the result has a value that is no finite number')

  if (transform.applyInto) {
    const place = new Float32Array(result.data.length).fill(Number.NaN)
    transform.applyInto(image, parameters, place)
    if (!sameValues(place, Float32Array.from(result.data))) fail('applyInto writes other values than apply makes')
  }

  if (transform.focus) {
    const { region, parameters: own } = transform.focus(parameters)
    const part = transform.apply(cropRectangle(image, region), own)
    if (!sameSize(part, result) || !sameValues(part.data, result.data)) {
      fail('the part of the picture that focus names gives another picture than all of it')
    }
  }

  const replayed = transform.apply(image, throughJson(parameters))
  if (!sameSize(replayed, result) || !sameValues(replayed.data, result.data)) {
    fail('applying the same parameters again, after a way through JSON, gave another picture')
  }
  if (rebuilt && !sameJson(rebuilt.sample(createRng(seed), info), parameters)) {
    fail('rebuilt from its description it draws other parameters')
  }
  if (rebuilt && !sameValues(rebuilt.apply(image, parameters).data, result.data)) {
    fail('rebuilt from its description it makes another picture')
  }
}

/** Whether a transform says in the agreed way that it doesn't take a picture. Another error is thrown on. */
function refuses(transform: Transform, image: Image, seed: number): boolean {
  try {
    transform.apply(image, transform.sample(createRng(seed), image))
    return false
  } catch (error) {
    if (isRefusal(error, namesIn(transform))) return true
    throw error
  }
}

/** The transform that its description makes; undefined where it has none. */
function checkDescription(transform: Transform): Transform | undefined {
  const spec = transform.describe?.()
  if (!spec) return undefined
  const fail = (rule: string): never => broken(transform.name, 'by its description', rule)
  if (!isPlainJson(spec)) fail(`it must be plain JSON, found ${JSON.stringify(spec)}`)
  if (!transforms.has(spec.name)) fail(`'${spec.name}' isn't registered in transforms; register it or give no options`)
  const rebuilt = createTransform(throughJson(spec))
  if (!sameJson(rebuilt.describe?.(), spec)) fail('the transform that it makes describes itself otherwise')
  return rebuilt
}

function randomPicture(info: ImageInfo, rng: Rng): Image & { readonly data: Uint8Array } {
  const data = new Uint8Array(info.width * info.height * info.channels)
  for (let i = 0; i < data.length; i++) data[i] = rng.integer(0, 256)
  return { ...info, data }
}

/** About as normalising makes them. */
function floatsOf(bytes: Uint8Array): Float32Array {
  const floats = new Float32Array(bytes)
  for (let i = 0; i < floats.length; i++) floats[i] = (floats[i] as number) / 99 - 1
  return floats
}

/** The transform's name, and those of the steps inside of it. */
function namesIn(transform: Transform): string[] {
  const inside = JSON.stringify(transform.describe?.() ?? null).matchAll(/"name":"([^"]+)"/g)
  return [transform.name, ...Array.from(inside, ([, name]) => name ?? '')]
}

function sameSize(a: ImageInfo, b: ImageInfo): boolean {
  return a.width === b.width && a.height === b.height && a.channels === b.channels
}

function sizeText({ width, height, channels }: ImageInfo): string {
  return `${width}×${height}×${channels}`
}
