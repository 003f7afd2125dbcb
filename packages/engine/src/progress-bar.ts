import type { EvaluationEvent, StepEvent, TrainObserver } from './events.ts'

/** Where a progress bar writes: `process.stderr`, or anything like it. */
export interface ProgressStream {
  write(text: string): unknown
  /** Whether a line can be rewritten. */
  readonly isTTY?: boolean
  /** Characters per line. */
  readonly columns?: number
}

/** Options of {@link progressBar}. */
export interface ProgressBarOptions {
  readonly stream: ProgressStream
  /** A clock in milliseconds. Default: `performance.now`. */
  readonly now?: () => number
}

/** Milliseconds between two versions of the line, so that a terminal is not flooded. */
const SLOWEST_REDRAW = 80

/**
 * Shows how far training is. On a terminal one line is rewritten: epoch, bar, loss, learning rate, images per second,
 * time left. Elsewhere there is one line per epoch.
 *
 * @example
 * ```ts
 * import { progressBar } from '@clas/engine/node'
 * const observer = progressBar({ stream: process.stderr })
 * console.log(typeof observer)
 * ```
 */
export function progressBar({ stream, now = () => performance.now() }: ProgressBarOptions): TrainObserver {
  const live = stream.isTTY === true
  let drawn = Number.NEGATIVE_INFINITY
  let last: StepEvent | undefined
  let evaluation: EvaluationEvent | undefined
  const finishLine = (text: string): void => {
    stream.write(live ? `\r\x1b[2K${text}\n` : `${text}\n`)
  }
  return (event) => {
    switch (event.type) {
      case 'step':
        last = event
        if (!live || now() - drawn < SLOWEST_REDRAW) return
        drawn = now()
        stream.write(`\r\x1b[2K${liveLine(event, stream.columns || 80)}`)
        return
      case 'evaluation':
        evaluation = event
        return
      case 'epoch-end': {
        const { epoch, epochs, loss, seconds } = event
        const speed = last && `lr ${rate(last.lr)}  ${Math.round(last.imagesPerSecond)} images/s`
        finishLine(
          [`epoch ${epoch + 1}/${epochs}`, `loss ${loss.toFixed(4)}`, metrics(evaluation), speed, duration(seconds)]
            .filter(Boolean)
            .join('  '),
        )
        evaluation = undefined
        drawn = Number.NEGATIVE_INFINITY
        return
      }
      case 'stopped':
        finishLine(`stopped after step ${event.step}`)
        return
      default:
        return
    }
  }
}

function liveLine(
  { epoch, epochs, batch, stepsPerEpoch, loss, lr, imagesPerSecond, secondsLeft }: StepEvent,
  columns: number,
): string {
  const before = `epoch ${epoch + 1}/${epochs} `
  const after = ` loss ${loss.toFixed(4)}  lr ${rate(lr)}  ${Math.round(imagesPerSecond)} images/s  ${duration(secondsLeft)} left`
  const width = Math.min(30, columns - 1 - before.length - after.length)
  return `${before}${width >= 5 ? bar(batch / stepsPerEpoch, width) : `${batch}/${stepsPerEpoch}`}${after}`.slice(
    0,
    columns - 1,
  )
}

function bar(fraction: number, width: number): string {
  const full = Math.round(fraction * width)
  return '━'.repeat(full) + '─'.repeat(width - full)
}

function metrics(event: EvaluationEvent | undefined): string {
  if (!event) return ''
  const { loss, top1, top5 } = event.metrics
  const best = event.best.epoch === event.epoch ? ' (best)' : ''
  const five = top5 === undefined ? '' : `  top-5 ${(100 * top5).toFixed(2)}%`
  return `evaluation loss ${loss.toFixed(4)}  top-1 ${(100 * top1).toFixed(2)}%${best}${five}`
}

function rate(lr: number): string {
  return lr === 0 || lr >= 0.001 ? lr.toFixed(4) : lr.toExponential(1)
}

function duration(seconds: number): string {
  const whole = Math.round(seconds)
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const [hours = 0, minutes = 0, rest = 0] = parts
  if (hours > 0) return `${hours}h ${String(minutes).padStart(2, '0')}m`
  return minutes > 0 ? `${minutes}m ${String(rest).padStart(2, '0')}s` : `${rest}s`
}
