import { type AdamOptions, scaleByAdam } from './adam.ts'
import { assemble, type CommonOptions } from './common-options.ts'
import type { Optimizer } from './optimizer.ts'
import { type RmsOptions, scaleByRms } from './rms.ts'
import { trace } from './trace.ts'

/**
 * Gradient descent: `w -= lr (g + weightDecay · w)`.
 *
 * @throws `bad-option` when an option is out of its range
 * @example
 * ```ts
 * import { sgd } from '@clas/optim'
 * console.log(sgd({ lr: 0.1 }).name)
 * ```
 */
export function sgd(options: CommonOptions): Optimizer {
  return assemble(options, ({ decay, rate }) => [decay, rate])
}

/** Options of {@link momentum}. */
export interface MomentumOptions extends CommonOptions {
  /** In [0, 1). */
  readonly momentum: number
  /** Default false. */
  readonly nesterov?: boolean
  /** In [0, 1), 0 with nesterov; default 0. Paddle has none. */
  readonly dampening?: number
}

/**
 * Descent with momentum: `v = momentum · v + g + weightDecay · w`, `w -= lr · v`; with nesterov
 * `w -= lr (g + weightDecay · w + momentum · v)`. Paddle's `Momentum` with `L2Decay`, PyTorch's `SGD`.
 *
 * @throws `bad-option` when an option is out of its range
 * @example
 * ```ts
 * import { cosine, momentum, warmup } from '@clas/optim'
 * const lr = warmup(cosine({ from: 0.1, steps: 10_000 }), { steps: 500 })
 * const optimizer = momentum({ lr, momentum: 0.9, weightDecay: 1e-4 })
 * console.log(optimizer.name)
 * ```
 */
export function momentum(options: MomentumOptions): Optimizer {
  const { momentum, nesterov = false, dampening = 0 } = options
  return assemble(options, ({ decay, rate }) => [decay, trace({ momentum, nesterov, dampening }), rate])
}

/** Options of {@link adam} and {@link adamw}. */
export interface AdamAliasOptions extends CommonOptions, AdamOptions {}

/**
 * Adam: {@link scaleByAdam} of `g + weightDecay · w`, so that the decay is L2 regularisation. Paddle's and PyTorch's `Adam`.
 *
 * @throws `bad-option` when an option is out of its range
 * @example
 * ```ts
 * import { adam } from '@clas/optim'
 * console.log(adam({ lr: 1e-3 }).name)
 * ```
 */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, ...options }: AdamAliasOptions): Optimizer {
  return assemble(options, ({ decay, rate }) => [decay, scaleByAdam({ beta1, beta2, epsilon }), rate])
}

/**
 * AdamW: `w -= lr (m̂ / (√v̂ + epsilon) + weightDecay · w)`. Paddle and PyTorch shrink `w` by `1 - lr · weightDecay` first
 * and then take Adam's step, which is the same. Loshchilov and Hutter, Decoupled weight decay regularization (2019).
 *
 * @throws `bad-option` when an option is out of its range
 * @example
 * ```ts
 * import { adamw, nameContains, oneDimensional } from '@clas/optim'
 * const noDecay = [oneDimensional, nameContains('pos_embed cls_token')]
 * const optimizer = adamw({ lr: 1e-3, weightDecay: 0.05, noDecay })
 * console.log(optimizer.name)
 * ```
 */
export function adamw({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, ...options }: AdamAliasOptions): Optimizer {
  return assemble(options, ({ decay, rate }) => [scaleByAdam({ beta1, beta2, epsilon }), decay, rate])
}

/** Options of {@link rmsprop}. */
export interface RmspropOptions extends CommonOptions, RmsOptions {
  /** In [0, 1); default 0. */
  readonly momentum?: number
}

/**
 * RMSProp as Paddle has it: `g' = g + weightDecay · w`, `s = rho s + (1 - rho) g'²`,
 * `v = momentum · v + lr · g' / √(s + epsilon)`, `w -= v`. The rate is inside the velocity; PyTorch's is outside.
 *
 * @throws `bad-option` when an option is out of its range
 * @example
 * ```ts
 * import { rmsprop } from '@clas/optim'
 * const optimizer = rmsprop({ lr: 0.032, rho: 0.9, epsilon: 1e-3, momentum: 0.9, weightDecay: 1e-5 })
 * console.log(optimizer.name)
 * ```
 */
export function rmsprop({ rho = 0.95, epsilon = 1e-6, momentum = 0, ...options }: RmspropOptions): Optimizer {
  return assemble(options, ({ decay, rate }) => [
    decay,
    scaleByRms({ rho, epsilon }),
    rate,
    ...(momentum === 0 ? [] : [trace({ momentum })]),
  ])
}
