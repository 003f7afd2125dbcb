import {
  type Batch,
  mapTensors,
  partition,
  type Rng,
  type Selector,
  type Task,
  type Tensors,
  type Variables,
  valueAndGradients,
} from '@clas/core'
import { cannotCompile, compileStep, type Precision, type StepReport, withPrecision } from '@clas/kernels'
import { add, div, mul, type Scalar, scalar, sum, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** How gradients are computed. */
export interface GradientStepOptions {
  readonly task: Task
  /** Parameters that get no gradient. */
  readonly frozen: Selector | readonly Selector[]
  readonly precision: Precision
  /** Whether to compile where the backend can. */
  readonly compile: boolean
}

/** What a batch gives. All tensors are the caller's, but for buffers that did not change. */
interface StepGradients {
  readonly loss: Scalar
  readonly gradients: Tensors
  readonly buffers: Tensors
  /** Finite if all gradients are. Only where the loss was scaled. */
  readonly probe?: Scalar
}

/** Computes the gradients of a task: compiled after two steps, where the backend compiles. */
export interface GradientStep extends Disposable {
  /** @param scale - the loss is multiplied by it before it is differentiated, and the gradients are divided by it after */
  run(variables: Variables, batch: Batch, rng: Rng, scale?: number): StepGradients
  /** How the last step ran. */
  readonly report: StepReport
}

interface Inputs {
  readonly trainable: Tensors
  readonly fixed: Tensors
  readonly buffers: Tensors
  readonly images: Tensor
  readonly labels: Tensor
  readonly scale: Scalar | null
}

/** Makes the step of one training. What it compiled is freed with it. */
export function gradientStep({ task, frozen, precision, compile }: GradientStepOptions): GradientStep {
  let batch: Batch
  const body = ({ trainable, fixed, buffers, images, labels, scale }: Inputs, rng: Rng): StepGradients => {
    const forward = (params: Tensors) => {
      const variables = { params: { ...fixed, ...params }, buffers }
      const result = task(variables, hostless(batch, images, labels), { training: true, rng })
      return scale ? { ...result, loss: mul(result.loss, scale) as Scalar, unscaled: result.loss } : result
    }
    const found = withPrecision(precision, () => valueAndGradients(forward, trainable))
    found.output.dispose()
    if (!scale || !('unscaled' in found))
      return { loss: found.loss, gradients: found.gradients, buffers: found.buffers }
    found.loss.dispose()
    return { loss: found.unscaled, buffers: found.buffers, ...unscale(found.gradients, scale) }
  }
  const compiled = compile ? compileStep(body) : undefined
  return {
    run(variables, next, rng, factor) {
      batch = next
      const [fixed, trainable] = partition(variables.params, frozen)
      const scale = factor === undefined ? null : scalar(factor)
      const { images, labels } = next
      const inputs = { trainable, fixed, buffers: variables.buffers, images, labels, scale }
      try {
        return compiled ? compiled(inputs, rng) : body(inputs, rng)
      } finally {
        scale?.dispose()
      }
    },
    get report() {
      return compiled?.report ?? { mode: 'eager', obstacle: 'compile is false' }
    },
    [Symbol.dispose]: () => compiled?.[Symbol.dispose](),
  }
}

/** One pass over the gradients: they are divided, and summed up. A sum is finite only where all that is in it is. */
function unscale(scaled: Tensors, scale: Scalar): { readonly gradients: Tensors; readonly probe: Scalar } {
  return tidy(() => {
    const factor = div(1, scale)
    let probe: Tensor = scalar(0)
    const gradients = mapTensors(scaled, (gradient) => mul(gradient, factor))
    for (const [path, gradient] of Object.entries(gradients)) {
      probe = add(probe, sum(gradient))
      scaled[path]?.dispose()
    }
    return { gradients: { ...gradients }, probe: probe as Scalar }
  })
}

/** The batch as a task sees it: what it reads besides the tensors would be frozen in a compiled step, so it is told. */
function hostless(batch: Batch, images: Tensor, labels: Tensor): Batch {
  const reads = (what: string): void =>
    cannotCompile(`the task reads ${what} of the batch, which a compiled step can't see`)
  const indices = new Proxy(batch.indices, {
    get(target, key) {
      reads('the indices')
      return Reflect.get(target, key)
    },
  })
  const known = { images, labels, indices, [Symbol.dispose]: () => batch[Symbol.dispose]() }
  const others = Object.keys(batch).filter((key) => !(key in known))
  const told = others.map((key) => {
    const get = (): unknown => {
      reads(`'${key}'`)
      return Reflect.get(batch, key)
    }
    return [key, { get, enumerable: false }] as const
  })
  return Object.defineProperties(known, Object.fromEntries(told))
}
