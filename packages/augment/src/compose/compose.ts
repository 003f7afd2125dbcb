import { ClasError, type Rng } from '@clas/core'
import type { BatchTransform } from '../batch/batch-transform.ts'
import type { Image, ImageInfo } from '../image.ts'
import type { SampleInfo, Transform, TransformSpec } from '../transform.ts'
import { describeSteps } from './describe-steps.ts'

/** The name of pipelines, in parameters and in the registry. */
export const COMPOSE = 'Compose'

/** What one step of a pipeline drew. */
export interface StepParameters {
  /** The step's name. */
  readonly name: string
  /** What its `sample` returned; for a pipeline in a pipeline, a list again. */
  readonly parameters: unknown
}

/** Steps one after another. A pipeline is a transform too, so that it can be a step of another. */
export interface Pipeline extends Transform<readonly StepParameters[]> {
  readonly steps: readonly Transform[]
  /**
   * Draws and applies step by step. Each step sees the size that the step before it made, and the epoch, 0 unless told.
   * With `out`, the values of the result are written there, a place in a batch for example: `shape-mismatch` when it
   * hasn't their number.
   */
  run(
    image: Image,
    rng: Rng,
    epoch?: number,
    out?: Float32Array,
  ): { readonly image: Image; readonly parameters: readonly StepParameters[] }
  /** Applies parameters that were drawn before; `bad-option` when they aren't those of these steps. The same as `apply`. */
  replay(image: Image, parameters: readonly StepParameters[]): Image
}

/**
 * Puts transforms into a pipeline. The step at `index` draws from `rng.fork(index, name)`, so what it draws doesn't
 * depend on what the steps before it drew.
 *
 * `sample` goes by the sizes that the steps state in `outputInfo`; `run` goes by the pictures themselves.
 *
 * @param steps - transforms or pipelines, in order; none gives back the picture as it is
 * @throws `bad-option` when `replay` or `apply` is given parameters of other steps
 * @example
 * ```ts
 * import { compose, cropImage, normalizeImage, resizeImage } from '@clas/augment'
 * import { createRng } from '@clas/core'
 * const pipeline = compose([resizeImage({ shortSide: 8 }), cropImage({ size: 6 }), normalizeImage()])
 * const photo = { data: new Uint8Array(16 * 12 * 3), width: 16, height: 12, channels: 3 }
 * const { image, parameters } = pipeline.run(photo, createRng(1))
 * console.log(image.width, image.height, parameters.length)
 * ```
 */
export function compose(steps: readonly Transform[]): Pipeline {
  const specs = describeSteps(steps)
  const replay = (image: Image, parameters: readonly StepParameters[]): Image => {
    checkSteps(steps, parameters)
    return steps.reduce((current, step, i) => step.apply(current, parameters[i]?.parameters), image)
  }
  return {
    name: COMPOSE,
    steps,
    run(image, rng, epoch = 0, out) {
      const parameters: StepParameters[] = []
      let current = image
      steps.forEach((step, index) => {
        const stream = rng.fork(index, step.name)
        const place = index === steps.length - 1 ? out : undefined
        let drawn: unknown
        if (isPipeline(step)) {
          ;({ image: current, parameters: drawn } = step.run(current, stream, epoch, place))
        } else {
          drawn = step.sample(stream, { ...infoOf(current), epoch })
          current = place ? applyInto(step, current, drawn, place) : step.apply(current, drawn)
        }
        parameters.push({ name: step.name, parameters: drawn })
      })
      if (out && steps.length === 0) current = copyInto(image, out)
      return { image: current, parameters }
    },
    replay,
    apply: replay,
    sample(rng, info) {
      let size: SampleInfo = info
      return steps.map((step, index) => {
        const drawn = step.sample(rng.fork(index, step.name), size)
        size = { ...size, ...step.outputInfo?.(size, drawn) }
        return { name: step.name, parameters: drawn }
      })
    },
    outputInfo(info, parameters) {
      checkSteps(steps, parameters)
      return steps.reduce<ImageInfo>(
        (size, step, i) => step.outputInfo?.(size, parameters[i]?.parameters) ?? size,
        info,
      )
    },
    ...(specs && { describe: () => ({ name: COMPOSE, options: { transforms: specs } }) }),
  }
}

/** Whether a transform is a {@link Pipeline}. */
export function isPipeline(transform: Transform | BatchTransform): transform is Pipeline {
  return 'steps' in transform && 'run' in transform
}

/**
 * Describes a pipeline, or a single transform, as plain JSON that `deserialize` rebuilds, in a worker for example.
 *
 * @returns one spec per step; undefined when a step can't be described, as is so for an app's own transforms unless they
 *   give their options
 * @example
 * ```ts
 * import { compose, deserialize, normalizeImage, randFlipImage, serialize } from '@clas/augment'
 * const specs = serialize(compose([randFlipImage(), normalizeImage()]))
 * if (specs) console.log(deserialize(specs).steps.length)
 * ```
 */
export function serialize(pipeline: Transform): TransformSpec[] | undefined {
  return describeSteps(isPipeline(pipeline) ? pipeline.steps : [pipeline])
}

/** Applies the last step of a pipeline, straight into `out` where it can. */
function applyInto(step: Transform, image: Image, parameters: unknown, out: Float32Array): Image {
  if (!step.applyInto) return copyInto(step.apply(image, parameters), out)
  const size = step.outputInfo?.(infoOf(image), parameters) ?? infoOf(image)
  checkPlace(size, out)
  step.applyInto(image, parameters, out)
  return { ...size, data: out }
}

function copyInto(image: Image, out: Float32Array): Image {
  checkPlace(image, out)
  out.set(image.data)
  return { ...image, data: out }
}

function checkPlace({ width, height, channels }: ImageInfo, out: Float32Array): void {
  if (width * height * channels === out.length) return
  throw new ClasError(
    'shape-mismatch',
    `a picture of ${width}×${height}×${channels} has ${width * height * channels} values, its place has ${out.length}; ` +
      'crop or resize pictures to one size',
    { expected: out.length, width, height, channels },
  )
}

function infoOf({ width, height, channels }: Image): ImageInfo {
  return { width, height, channels }
}

function checkSteps(steps: readonly Transform[], parameters: readonly StepParameters[]): void {
  const expected = steps.map((step) => step.name)
  const found = parameters.map((step) => step.name)
  if (expected.length === found.length && expected.every((name, i) => name === found[i])) return
  throw new ClasError(
    'bad-option',
    `the parameters are of other steps: expected [${expected.join(', ')}], found [${found.join(', ')}]; ` +
      'replay them with the pipeline that drew them',
    { expected, found },
  )
}
