import { disposeVariables, valueAndGradients } from '@clas/core'
import { apply, crossEntropy, identity, type Module, mapModules, stateDictShapes, summary } from '@clas/nn'
import { addN, dispose, type Tensor, tensor4d } from '@tensorflow/tfjs-core'
import { image } from './fill.ts'
import { filledVariables } from './filled-variables.ts'
import { l2Norm } from './l2-norm.ts'
import { oneHotLabels } from './one-hot-labels.ts'

/** What PaddlePaddle computed for a model of PaddleClas: see fixtures/README.md of backbones. */
export interface Reference {
  readonly model: string
  readonly gain: number
  /** Height and width of the pictures. */
  readonly size: number
  readonly batch: number
  readonly parameters: number
  /** Key, shape, and the type of whole numbers. */
  readonly keys: readonly (readonly [key: string, shape: readonly number[], type?: string])[]
  readonly outputs: readonly Output[]
}

interface Output {
  readonly shape: readonly number[]
  readonly std: number
  readonly at: readonly number[]
  readonly values: readonly (readonly number[])[]
}

/** What it computed in evaluation mode. */
export interface EvaluationReference extends Reference {
  readonly convAndLinearMacs: number
  /** Absent where a model is too large for the disturbed second run. */
  readonly sensitivity?: number
}

/** What it computed in one step of training without dropout. */
export interface TrainingReference extends Reference {
  readonly loss: number
  readonly lossSensitivity: number
  readonly gradients: Readonly<Record<string, readonly [norm: number, sensitivity: number]>>
  readonly newBuffers: Readonly<Record<string, readonly [sum: number, first: number]>>
}

/**
 * How much rounding moves the results of a training step: relative for the norm of each gradient, in units of max(1, value)
 * for the first value of each new buffer.
 */
export interface Sensitivities {
  readonly gradients: Readonly<Record<string, number>>
  readonly statistics: Readonly<Record<string, number>>
}

/** A model, as far as it is compared. */
interface Compared extends Module {
  /** Paths of modules that give the outputs after the first. */
  readonly auxiliary?: readonly string[]
}

/**
 * Compares keys, shapes, order, parameters and multiply-adds with a reference, without a weight.
 *
 * @returns what differs, in words; empty where nothing does
 */
export function structuralDifferences(model: Compared, reference: EvaluationReference): string[] {
  const { size, keys, parameters, convAndLinearMacs, outputs } = reference
  const found = Object.entries(stateDictShapes(model, 'paddle'))
  const wrong = keys.flatMap(([key, shape], i) => {
    const [name, dims] = found[i] ?? ['nothing', []]
    return name === key && String(dims) === String(shape)
      ? []
      : [`key ${i}: expected ${key} [${shape}], found ${name} [${dims}]`]
  })
  wrong.push(...found.slice(keys.length).map(([key]) => `surplus key ${key}`))
  const counted = summary(model, [1, size, size, 3])
  const expectedShape = [1, ...(outputs[0]?.shape.slice(1) ?? [])]
  if (counted.parameters !== parameters) wrong.push(`parameters: expected ${parameters}, found ${counted.parameters}`)
  if (counted.layerMultiplyAdds !== convAndLinearMacs)
    wrong.push(`multiply-adds: expected ${convAndLinearMacs}, found ${counted.layerMultiplyAdds}`)
  if (String(counted.outputShape) !== String(expectedShape))
    wrong.push(`output: expected [${expectedShape}], found [${counted.outputShape}]`)
  return wrong
}

/** How far outputs are from the reference's. */
export interface OutputDifference {
  /** The largest difference of a value, in units of its output's standard deviation. */
  readonly error: number
  /** What it may be: five times what rounding the weights alone does, at least 2e-5. */
  readonly tolerance: number
}

/** Compares the outputs in evaluation mode, on the current backend. The model is that of 1000 classes. */
export async function outputDifference(model: Compared, reference: EvaluationReference): Promise<OutputDifference> {
  const { size, batch, outputs, sensitivity = 4e-6 } = reference
  const taps = (model.auxiliary ?? []).slice(0, outputs.length - 1)
  const variables = filledVariables(model, reference.gain)
  const x = tensor4d(image(batch, size), [batch, size, size, 3])
  const { output, features } = apply(model, variables, x, { taps })
  const found = [output, ...taps.map((path) => features[path] as Tensor)]
  if (found.length !== outputs.length) throw new Error(`expected ${outputs.length} outputs, found ${found.length}`)
  let error = 0
  for (const [i, expected] of outputs.entries()) {
    const tensor = found[i] as Tensor
    if (String(tensor.shape) !== String(expected.shape))
      throw new Error(`output ${i}: expected [${expected.shape}], found [${tensor.shape}]`)
    const values = await tensor.data()
    const row = values.length / batch
    for (const [b, numbers] of expected.values.entries()) {
      for (const [at, value] of numbers.entries()) {
        const difference = Math.abs((values[b * row + (expected.at[at] ?? 0)] as number) - value) / expected.std
        error = Math.max(error, difference)
      }
    }
  }
  disposeVariables(variables)
  dispose([x, ...found])
  return { error, tolerance: Math.max(2e-5, 5 * sensitivity) }
}

/**
 * Compares loss, norms of gradients and new statistics of one step of training, dropout off, on the current backend.
 *
 * @param sensitivities - of many disturbances, instead of those of two that the reference has
 * @returns what differs by more than its tolerance, in words; empty where nothing does
 */
export async function trainingDifferences(
  model: Compared,
  reference: TrainingReference,
  sensitivities: Sensitivities = sensitivitiesOf(reference),
): Promise<string[]> {
  const { size, batch } = reference
  const taps = (model.auxiliary ?? []).slice(0, reference.outputs.length - 1)
  const calm = withoutDropout(model)
  const variables = filledVariables(model, reference.gain)
  const x = tensor4d(image(batch, size), [batch, size, size, 3])
  const labels = oneHotLabels(batch, reference.outputs[0]?.shape[1] ?? 1000, labelOf)
  const { loss, gradients, buffers, logits } = valueAndGradients((params) => {
    const { output, features, buffers } = apply(calm, { ...variables, params }, x, { training: true, taps })
    const logits = [output, ...taps.map((path) => features[path] as Tensor)]
    return { loss: addN(logits.map((each) => crossEntropy(each, labels))), buffers, logits }
  }, variables.params)

  const wrong: string[] = []
  // A bias before a normalisation has no effect: its gradient is zero, and what is computed is rounding.
  const least = 1e-7 * Math.max(...Object.values(reference.gradients).map(([norm]) => norm))
  let found = (await loss.data())[0] as number
  for (const each of logits) found -= beyondClip((await each.array()) as number[][])
  const lossTolerance = Math.max(2e-5, 5 * reference.lossSensitivity)
  if (!(relative(found, reference.loss) < lossTolerance)) wrong.push(`loss: ${found}, expected ${reference.loss}`)

  for (const [key, [expected]] of Object.entries(reference.gradients)) {
    const tolerance = Math.max(1e-3, 10 * (sensitivities.gradients[key] ?? 0))
    if (tolerance > 0.2) continue
    const gradient = gradients[key]
    const norm = gradient ? l2Norm(gradient) : 0
    const error = expected < least ? norm / (10 * least) : relative(norm, expected) / tolerance
    if (!(error < 1)) wrong.push(`${key}: norm ${norm}, expected ${expected}, ${error} tolerances off`)
  }
  for (const [key, [sum, first]] of Object.entries(reference.newBuffers)) {
    const values = ((await buffers[key]?.data()) ?? []) as Float32Array
    const total = values.reduce((a, b) => a + b, 0)
    const scale = values.reduce((a, b) => a + Math.abs(b), 0)
    const tolerance = Math.max(1e-4, 10 * (sensitivities.statistics[key] ?? 0))
    if (!(Math.abs(total - sum) < 1e-4 * scale)) wrong.push(`${key}: sum ${total}, expected ${sum}`)
    if (!(Math.abs((values[0] ?? Number.NaN) - first) < tolerance * Math.max(1, Math.abs(first))))
      wrong.push(`${key}: first ${values[0]}, expected ${first}`)
  }
  dispose([x, labels, loss, logits, gradients, buffers, variables.params, variables.buffers] as never)
  return wrong
}

const labelOf = (i: number): number => 37 * i + 11

/**
 * How much a cross-entropy is above PaddlePaddle's. Its softmax on processors takes no logit for further than 64 below the
 * largest (`ValueClip` in its softmax_impl.h), so that no label costs more. Gradients are those of the whole difference.
 */
function beyondClip(logits: readonly (readonly number[])[]): number {
  const excess = logits.map((row, i) => Math.max(0, Math.max(...row) - (row[labelOf(i) % row.length] as number) - 64))
  return excess.reduce((sum, each) => sum + each, 0) / logits.length
}

/** The model without dropout and stochastic depth. */
export function withoutDropout<M extends Module>(model: M): M {
  const calm = mapModules(model, (part) => (part.type === 'dropout' || part.type === 'dropPath' ? identity() : part))
  return { ...model, ...calm }
}

function sensitivitiesOf({ gradients }: TrainingReference): Sensitivities {
  const ofNorms = Object.entries(gradients).map(([key, [, sensitivity]]) => [key, sensitivity] as const)
  return { gradients: Object.fromEntries(ofNorms), statistics: {} }
}

const relative = (found: number, expected: number): number =>
  Math.abs(found - expected) / Math.max(Math.abs(expected), 1e-12)
