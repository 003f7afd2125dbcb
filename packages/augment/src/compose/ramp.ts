import { badOption } from '../options.ts'

/** How a value follows the epoch: along a curve, or in stages. Plain JSON. */
export type Ramp =
  | {
      /** At epoch 0. */
      readonly from: number
      /** At epoch `epochs` and after. */
      readonly to: number
      /** How many epochs the way takes, at least 1. */
      readonly epochs: number
      /** `linear` unless told; `cosine` is slow at both ends. */
      readonly shape?: 'linear' | 'cosine'
    }
  | {
      /** One value for each stage: at least one. Numbers, or whatever the option takes. */
      readonly values: readonly unknown[]
      /** Of the whole training, at least 1: the stages share them evenly. */
      readonly epochs: number
    }

/** Throws `bad-option` unless a ramp is one. */
export function checkRamp(transform: string, ramp: Ramp): void {
  const { from, to, values, epochs, shape } = (ramp ?? {}) as Readonly<Record<string, unknown>>
  const curve =
    Number.isFinite(from) && Number.isFinite(to) && [undefined, 'linear', 'cosine'].includes(shape as string)
  const stages = Array.isArray(values) && values.length > 0 && from === undefined && to === undefined
  if ((values === undefined ? curve : stages) && Number.isFinite(epochs) && Number(epochs) >= 1) return
  const curveForm = "{ from, to, epochs, shape: 'linear' or 'cosine' }"
  badOption(transform, 'ramp', `${curveForm} or { values, epochs }, with at least one epoch`, ramp)
}

/** The value at an epoch, from 0. */
export function rampAt(ramp: Ramp, epoch: number): unknown {
  if ('values' in ramp) {
    const { values, epochs } = ramp
    // A stage begins at a whole epoch, as in PaddleClas's progressive training.
    const begun = values.filter((_, stage) => epoch >= Math.floor((epochs * stage) / values.length))
    return values[Math.max(0, begun.length - 1)]
  }
  const way = Math.min(1, epoch / ramp.epochs)
  const part = ramp.shape === 'cosine' ? (1 - Math.cos(Math.PI * way)) / 2 : way
  return ramp.from * (1 - part) + ramp.to * part
}
