import { ClasError } from '@clas/core'

/** Options of {@link lossScaler}: those of Paddle's `GradScaler`. */
export interface LossScalerOptions {
  /** The first factor, over 0. Default: 65536. PaddleClas's recipes have 128 (`scale_loss`). */
  readonly scale?: number
  /** Whether the factor changes (`use_dynamic_loss_scaling`). Default: true. */
  readonly dynamic?: boolean
  /** The factor grows by this, over 1 (`incr_ratio`). Default: 2. */
  readonly growth?: number
  /** The factor shrinks by this, in (0, 1) (`decr_ratio`). Default: 0.5. */
  readonly backoff?: number
  /** It grows after so many steps in a row with finite gradients (`incr_every_n_steps`). Default: 2000. */
  readonly growEvery?: number
  /** It shrinks after so many steps in a row with other gradients (`decr_every_n_nan_or_inf`). Default: 1. */
  readonly shrinkEvery?: number
}

/** What a loss scaler goes by: plain numbers, which checkpoints keep. */
export interface LossScale {
  /** What the next loss is multiplied by. */
  readonly scale: number
  /** Steps with finite gradients since the factor last changed or a step was skipped. */
  readonly finite: number
  /** Steps with other gradients since the last with finite ones, or since the factor last shrank. */
  readonly overflowed: number
  /** Steps skipped in all. */
  readonly skipped: number
}

/** Chooses the factor of each step's loss. It holds options only. */
export interface LossScaler {
  readonly begin: LossScale
  /** The factor for the next step, after one whose gradients were finite or not. */
  next(before: LossScale, finite: boolean): LossScale
}

/**
 * Scales losses, so that small gradients don't vanish in float16, whose smallest normal number is 6e-5: the loss is
 * multiplied by a factor and the gradients are divided by it. A step whose gradients are not finite is skipped: the
 * parameters and the optimizer stay as they are, running statistics move on. The factor follows Paddle's `GradScaler`
 * (`paddle.amp`): it grows after many steps that went well and shrinks after one that didn't.
 *
 * @throws `bad-option` when an option is out of its range
 * @example
 * ```ts
 * import { lossScaler } from '@clas/engine'
 * const scaler = lossScaler({ scale: 128, growEvery: 2 })
 * const grown = scaler.next(scaler.next(scaler.begin, true), true)
 * console.log(grown.scale, scaler.next(grown, false).scale) // 256 128
 * ```
 */
export function lossScaler(options: LossScalerOptions = {}): LossScaler {
  const { scale = 65536, dynamic = true, growth = 2, backoff = 0.5, growEvery = 2000, shrinkEvery = 1 } = options
  requireThat(scale > 0 && Number.isFinite(scale), 'scale', scale, 'a number over 0')
  requireThat(growth > 1 && Number.isFinite(growth), 'growth', growth, 'a number over 1')
  requireThat(backoff > 0 && backoff < 1, 'backoff', backoff, 'in (0, 1)')
  requireThat(Number.isSafeInteger(growEvery) && growEvery >= 1, 'growEvery', growEvery, 'a whole number of at least 1')
  requireThat(
    Number.isSafeInteger(shrinkEvery) && shrinkEvery >= 1,
    'shrinkEvery',
    shrinkEvery,
    'a whole number of at least 1',
  )
  return {
    begin: { scale, finite: 0, overflowed: 0, skipped: 0 },
    next(before, wasFinite) {
      const skipped = before.skipped + (wasFinite ? 0 : 1)
      if (!dynamic) return { ...before, skipped }
      const finite = wasFinite ? before.finite + 1 : 0
      const overflowed = wasFinite ? 0 : before.overflowed + 1
      if (finite === growEvery) return { scale: before.scale * growth, finite: 0, overflowed, skipped }
      if (overflowed === shrinkEvery) return { scale: before.scale * backoff, finite, overflowed: 0, skipped }
      return { scale: before.scale, finite, overflowed, skipped }
    },
  }
}

function requireThat(holds: boolean, option: string, found: number, expected: string): void {
  if (holds) return
  throw new ClasError('bad-option', `${option} must be ${expected}, found ${found}`, { option, found, expected })
}
