import { createRng, type Rng, type Task, type Variables } from '@clas/core'
import type { LoadedBatch, Loader } from '@clas/data'
import { type Module, softmax } from '@clas/nn'
import { tidy } from '@tensorflow/tfjs-core'
import { classification } from './classification.ts'
import type { Metrics } from './events.ts'
import { largest, type Ranked } from './predict.ts'

/** Options of {@link evaluate}: a module, or a task of one's own. */
export type EvaluateOptions = ({ readonly module: Module } | { readonly task: Task }) & {
  readonly variables: Variables
  /** One epoch of it is evaluated, a last batch of fewer pictures included. Stays the caller's to close. */
  readonly loader: Loader
  /** Keeps a prediction with this many classes for every picture. Default: 0, none are kept. */
  readonly predictions?: number
  /** For tasks that draw random numbers in evaluation. */
  readonly rng?: Rng
  /** Stops between batches; `evaluate` then throws the signal's reason. */
  readonly signal?: AbortSignal
}

/** How well one class is recognised. */
export interface ClassResult {
  readonly label: number
  readonly name: string
  /** Pictures of this class. */
  readonly count: number
  /** Fraction of them that are recognised, in [0, 1]; 0 where there are none. */
  readonly accuracy: number
}

/** What the model says of one picture. */
export interface Prediction {
  /** The picture's index in the source. */
  readonly index: number
  /** Its class. */
  readonly label: number
  /** Cross-entropy of this picture: minus the logarithm of its class's probability. */
  readonly loss: number
  /** The most probable classes, with probabilities, most probable first. */
  readonly top: readonly Ranked[]
}

/** Result of {@link evaluate}. */
export interface Evaluation extends Metrics {
  /** Pictures evaluated. */
  readonly count: number
  readonly perClass: readonly ClassResult[]
  /** `confusion[label][predicted]`: number of pictures. */
  readonly confusion: readonly (readonly number[])[]
  /** In the order of the loader; empty unless asked for. */
  readonly predictions: readonly Prediction[]
}

/**
 * Measures a model on labelled pictures. The loss is the mean over pictures, so that batches of any size count right.
 * A picture's class is its largest label.
 *
 * @throws what the task and the loader throw
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { arraySource, createLoader } from '@clas/data'
 * import { evaluate } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * import { flatten, init, linear, sequential } from '@clas/nn'
 * await useBackend('cpu')
 * const images = { data: Float32Array.of(0, 1, 0), shape: [3, 1, 1, 1] as const }
 * const source = arraySource({ images, labels: [0, 1, 0] })
 * const loader = createLoader(source, { batchSize: 2, shuffle: false, rng: createRng(1) })
 * const module = sequential([flatten, linear(1, 2)])
 * const { top1, confusion } = await evaluate({ module, variables: init(module, createRng(1)), loader })
 * console.log(top1, confusion)
 * ```
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { variables, loader, predictions: kept = 0, rng = createRng(0).fork('evaluate'), signal } = options
  const task = 'task' in options ? options.task : classification({ module: options.module })
  const classes = loader.classes.length
  const confusion = loader.classes.map(() => new Array<number>(classes).fill(0))
  const predictions: Prediction[] = []
  let count = 0
  let loss = 0
  let inFive = 0
  for await (using batch of loader.batches()) {
    signal?.throwIfAborted()
    const result = await run(task, variables, batch, rng)
    loss += result.loss * result.rows
    for (let row = 0; row < result.rows; row++) {
      const probabilities = result.probabilities.subarray(row * classes, (row + 1) * classes)
      const label = largest(result.labels.subarray(row * classes, (row + 1) * classes), 1)[0]?.label ?? 0
      const top = largest(probabilities, Math.max(5, kept))
      const predicted = confusion[label]
      const first = top[0]?.label ?? 0
      if (predicted) predicted[first] = (predicted[first] ?? 0) + 1
      if (top.slice(0, 5).some((ranked) => ranked.label === label)) inFive++
      if (kept > 0) {
        const own = Math.max(probabilities[label] ?? 0, Number.MIN_VALUE)
        predictions.push({ index: batch.indices[row] ?? -1, label, loss: -Math.log(own), top: top.slice(0, kept) })
      }
    }
    count += result.rows
  }
  const perClass = loader.classes.map((name, label) => {
    const row = confusion[label] ?? []
    const total = row.reduce((sum, value) => sum + value, 0)
    return { label, name, count: total, accuracy: total > 0 ? (row[label] ?? 0) / total : 0 }
  })
  const right = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0)
  const of = Math.max(1, count)
  const top5 = classes > 5 && { top5: inFive / of }
  return { count, loss: loss / of, top1: right / of, ...top5, perClass, confusion, predictions }
}

interface BatchResult {
  readonly rows: number
  readonly loss: number
  /** [rows, classes] */
  readonly probabilities: Float32Array
  /** [rows, classes] */
  readonly labels: Float32Array
}

async function run(task: Task, variables: Variables, batch: LoadedBatch, rng: Rng): Promise<BatchResult> {
  const [loss, probabilities] = tidy(() => {
    const result = task(variables, batch, { training: false, rng: rng.fork('batch', batch.batch) })
    return [result.loss, softmax(result.output)]
  })
  try {
    const [value, rows, labels] = await Promise.all([loss.data(), probabilities.data(), batch.labels.data()])
    return {
      rows: batch.indices.length,
      loss: value[0] as number,
      probabilities: rows as Float32Array,
      labels: labels as Float32Array,
    }
  } finally {
    loss.dispose()
    probabilities.dispose()
  }
}
