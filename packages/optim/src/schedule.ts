import { requireFinite, requireThat } from './options.ts'

/**
 * A learning rate by step. Steps are the optimizer's, counted from 0, so the first step uses `schedule(0)`.
 * A schedule keeps no state: resuming needs the step alone.
 */
export type Schedule = (step: number) => number

/**
 * The schedule of a rate: a number is a rate that never changes.
 *
 * @throws `bad-option` when a number is under 0
 * @example
 * ```ts
 * import { toSchedule } from '@clas/optim'
 * console.log(toSchedule(0.1)(7)) // 0.1
 * ```
 */
export function toSchedule(lr: number | Schedule): Schedule {
  return typeof lr === 'number' ? constant(lr) : lr
}

/**
 * The same rate in every step.
 *
 * @param lr - finite, at least 0
 * @throws `bad-option` when it is not
 * @example
 * ```ts
 * import { constant } from '@clas/optim'
 * console.log(constant(0.1)(7)) // 0.1
 * ```
 */
export function constant(lr: number): Schedule {
  requireThat(Number.isFinite(lr) && lr >= 0, 'lr', lr, 'a number of at least 0')
  return () => lr
}

/** From where to where a rate goes, and in how many steps. */
export interface Decay {
  /** Rate in step 0. */
  readonly from: number
  /** Rate in step `steps` and all later ones; default 0. */
  readonly to?: number
  /** Number of steps, over 0. */
  readonly steps: number
}

/**
 * Half a cosine from one rate to another: `to + (from - to) (1 + cos(π step / steps)) / 2`, then `to`.
 *
 * Loshchilov and Hutter, SGDR (2017), without restarts. PaddleClas's `Cosine` with `steps` of
 * `(epochs - warmup_epoch) · stepsPerEpoch`, `to` its `eta_min`.
 *
 * @throws `bad-option` when `steps` is not over 0 or a rate is not finite
 * @example
 * ```ts
 * import { cosine, warmup } from '@clas/optim'
 * const lr = warmup(cosine({ from: 0.1, steps: 1000 }), { steps: 500 })
 * console.log(lr(0), lr(500), lr(1500)) // 0 0.1 0
 * ```
 */
export function cosine(options: Decay): Schedule {
  return decay(options, (progress) => (1 + Math.cos(Math.PI * progress)) / 2)
}

/**
 * A straight line from one rate to another: `from + (to - from) step / steps`, then `to`.
 *
 * @throws `bad-option` when `steps` is not over 0 or a rate is not finite
 * @example
 * ```ts
 * import { linear } from '@clas/optim'
 * console.log(linear({ from: 1, to: 0, steps: 4 })(1)) // 0.75
 * ```
 */
export function linear(options: Decay): Schedule {
  return decay(options, (progress) => 1 - progress)
}

/** A {@link Decay} along a power of the line. */
export interface PolynomialDecay extends Decay {
  /** Exponent, over 0; default 1, a straight line. */
  readonly power?: number
}

/**
 * `to + (from - to) (1 - step / steps)^power`, then `to`. PaddleClas's `Linear`, `to` its `end_lr`.
 *
 * @throws `bad-option` when `steps` or `power` is not over 0
 * @example
 * ```ts
 * import { polynomial } from '@clas/optim'
 * console.log(polynomial({ from: 1, steps: 4, power: 2 })(2)) // 0.25
 * ```
 */
export function polynomial({ power = 1, ...options }: PolynomialDecay): Schedule {
  requireThat(power > 0, 'power', power, 'a number over 0')
  return decay(options, (progress) => (1 - progress) ** power)
}

/** Which rate applies from which step. */
export interface Pieces {
  /** Steps, rising: from `boundaries[i]` on, `values[i + 1]` applies. */
  readonly boundaries: readonly number[]
  /** Rates, one more than there are boundaries. */
  readonly values: readonly number[]
}

/**
 * A rate that jumps: `values[i]` before step `boundaries[i]`. PaddleClas's `Piecewise` with boundaries of
 * `decay_epochs · stepsPerEpoch`.
 *
 * @throws `bad-option` when the boundaries don't rise or the counts don't fit
 * @example
 * ```ts
 * import { piecewise } from '@clas/optim'
 * const lr = piecewise({ boundaries: [30, 60], values: [0.1, 0.01, 0.001] })
 * console.log(lr(29), lr(30), lr(60)) // 0.1 0.01 0.001
 * ```
 */
export function piecewise({ boundaries, values }: Pieces): Schedule {
  const rises = boundaries.every((boundary, i) => i === 0 || boundary > (boundaries[i - 1] as number))
  requireThat(rises, 'boundaries', boundaries, 'steps that rise')
  const fits = values.length === boundaries.length + 1
  requireThat(fits, 'values', values, `${boundaries.length + 1} rates, one more than boundaries`)
  for (const value of values) requireFinite('values', value)
  return (step) => {
    const piece = boundaries.findIndex((boundary) => step < boundary)
    return values[piece < 0 ? boundaries.length : piece] as number
  }
}

/** How a warm-up begins and how long it takes. */
export interface Warmup {
  /** Steps of the warm-up, at least 0. */
  readonly steps: number
  /** Rate in step 0; default 0. */
  readonly from?: number
}

/**
 * Rises along a line from `from` to the schedule's first rate; then the schedule runs, its step 0 the first after the
 * warm-up. PaddleClas's `warmup_epoch` (times steps per epoch) and `warmup_start_lr`.
 *
 * @throws `bad-option` when `steps` is under 0
 * @example
 * ```ts
 * import { constant, warmup } from '@clas/optim'
 * const lr = warmup(constant(0.4), { steps: 4 })
 * console.log(lr(0), lr(1), lr(4)) // 0 0.1 0.4
 * ```
 */
export function warmup(schedule: Schedule, { steps, from = 0 }: Warmup): Schedule {
  requireThat(Number.isFinite(steps) && steps >= 0, 'steps', steps, 'a number of at least 0')
  requireFinite('from', from)
  const to = schedule(0)
  return (step) => (step < steps ? from + ((to - from) * step) / steps : schedule(step - steps))
}

/**
 * Runs a schedule once an epoch: it is asked for the epoch in place of the step, and the rate is the same all through
 * an epoch. PaddleClas's `by_epoch`.
 *
 * @param stepsPerEpoch - a whole number of at least 1
 * @throws `bad-option` when it is not
 * @example
 * ```ts
 * import { byEpoch, piecewise } from '@clas/optim'
 * const lr = byEpoch(piecewise({ boundaries: [30], values: [0.1, 0.01] }), 100)
 * console.log(lr(2999), lr(3000)) // 0.1 0.01
 * ```
 */
export function byEpoch(schedule: Schedule, stepsPerEpoch: number): Schedule {
  const whole = Number.isInteger(stepsPerEpoch) && stepsPerEpoch >= 1
  requireThat(whole, 'stepsPerEpoch', stepsPerEpoch, 'a whole number of at least 1')
  return (step) => schedule(Math.floor(step / stepsPerEpoch))
}

/** `curve` maps progress from 0 to 1 to what is left of the way, from 1 to 0. */
function decay({ from, to = 0, steps }: Decay, curve: (progress: number) => number): Schedule {
  requireFinite('from', from)
  requireFinite('to', to)
  requireThat(Number.isFinite(steps) && steps > 0, 'steps', steps, 'a number over 0')
  return (step) => (step >= steps ? to : to + (from - to) * curve(step / steps))
}
