import { ClasError, disposeVariables, type StateDict, type Tensors, type Variables } from '@clas/core'
import { buffersOf, type Module, parametersOf } from '@clas/nn'
import type { Optimizer } from '@clas/optim'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import type { Checkpoint } from './checkpoint.ts'
import type { TrainState } from './state.ts'

/** What a checkpoint is checked against. */
export interface RestoreOptions {
  /** The module that the variables must fit. */
  readonly module: Module
  /** The classes' names of the data. Without them the checkpoint's classes are not compared. */
  readonly classes?: readonly string[]
}

/**
 * The variables of a checkpoint, to the bit. They are the caller's: free them with `disposeVariables`.
 *
 * @throws `class-mismatch` when the classes differ, with those that are `missing` and `surplus`; `state-dict-mismatch`
 * when the names or shapes don't fit the module, with all that are `missing`, `surplus` and `wrongShape`
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { createTrainState, decodeCheckpoint, encodeCheckpoint, restoreVariables } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * import { init, linear } from '@clas/nn'
 * import { sgd } from '@clas/optim'
 * await useBackend('cpu')
 * const module = linear(4, 2)
 * const optimizer = sgd({ lr: 0.1 })
 * const state = createTrainState({ variables: init(module, createRng(1)), optimizer })
 * const metadata = { seed: 1, model: 'linear', classes: ['cat', 'dog'] }
 * const checkpoint = decodeCheckpoint(await encodeCheckpoint({ state, optimizer, metadata }), 'memory')
 * console.log(restoreVariables(checkpoint, { module, classes: ['cat', 'dog'] }).params.weight?.shape)
 * ```
 */
export function restoreVariables(checkpoint: Checkpoint, { module, classes }: RestoreOptions): Variables {
  if (classes) requireClasses(checkpoint, classes)
  const expected = { ...shapes('params', parametersOf(module)), ...shapes('buffers', buffersOf(module)) }
  const found = { ...shapes('params', checkpoint.params), ...shapes('buffers', checkpoint.buffers) }
  const missing = Object.keys(expected).filter((name) => !(name in found))
  const surplus = Object.keys(found).filter((name) => !(name in expected))
  const wrongShape = Object.keys(expected)
    .filter((name) => name in found && String(found[name]) !== String(expected[name]))
    .map((name) => `${name} is [${found[name]}], expected [${expected[name]}]`)
  const problems = [list('missing', missing), list('surplus', surplus), list('of another shape', wrongShape)].filter(
    Boolean,
  )
  if (problems.length > 0) {
    throw new ClasError(
      'state-dict-mismatch',
      `${checkpoint.file} doesn't fit the model: ${problems.join('; ')}. It holds '${checkpoint.metadata.model}' with ` +
        `${checkpoint.metadata.classes.length} classes: build that model`,
      { file: checkpoint.file, missing, surplus, wrongShape },
    )
  }
  return { params: toTensors(checkpoint.params), buffers: toTensors(checkpoint.buffers) }
}

/**
 * The state of a checkpoint, to the bit, for `train` to go on from. It is the caller's.
 *
 * @param options - as for {@link restoreVariables}, and the optimizer, built as the one that made the state
 * @throws as {@link restoreVariables}; `state-dict-mismatch` when another optimizer made the state
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { createTrainState, decodeCheckpoint, encodeCheckpoint, restoreState } from '@clas/engine'
 * import { useBackend } from '@clas/kernels'
 * import { init, linear } from '@clas/nn'
 * import { sgd } from '@clas/optim'
 * await useBackend('cpu')
 * const module = linear(4, 2)
 * const optimizer = sgd({ lr: 0.1 })
 * const state = createTrainState({ variables: init(module, createRng(1)), optimizer })
 * const metadata = { seed: 1, model: 'linear', classes: ['cat', 'dog'] }
 * const checkpoint = decodeCheckpoint(await encodeCheckpoint({ state, optimizer, metadata }), 'memory')
 * console.log(restoreState(checkpoint, { module, optimizer }).epoch) // 0
 * ```
 */
export function restoreState(
  checkpoint: Checkpoint,
  options: RestoreOptions & { readonly optimizer: Optimizer },
): TrainState {
  const variables = restoreVariables(checkpoint, options)
  try {
    return { ...checkpoint.progress, variables, optimizer: options.optimizer.fromArrays(checkpoint.optimizer) }
  } catch (error) {
    disposeVariables(variables)
    throw error
  }
}

function requireClasses({ file, metadata }: Checkpoint, expected: readonly string[]): void {
  const found = metadata.classes
  const missing = expected.filter((name) => !found.includes(name))
  const surplus = found.filter((name) => !expected.includes(name))
  const moved = expected.filter((name, label) => found.includes(name) && found[label] !== name)
  if (found.length === expected.length && missing.length + surplus.length + moved.length === 0) return
  const problems = [list('missing', missing), list('surplus', surplus), list('in another place', moved)].filter(Boolean)
  throw new ClasError(
    'class-mismatch',
    `${file} was trained on ${found.length} classes, the data have ${expected.length}: ${problems.join('; ')}. Take the ` +
      'pictures it was trained on, or train a new model',
    { file, found: found.length, expected: expected.length, missing, surplus, moved },
  )
}

function shapes(
  kind: string,
  record: Readonly<Record<string, { readonly shape: readonly number[] }>>,
): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(record).map(([name, { shape }]) => [`${kind}/${name}`, shape]))
}

function list(what: string, names: readonly string[]): string {
  return names.length > 0 ? `${names.length} ${what} (${names.join(', ')})` : ''
}

function toTensors(arrays: StateDict): Tensors {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]): [string, Tensor] => {
      return [name, tensor(data, [...shape], data instanceof Float32Array ? 'float32' : 'int32')]
    }),
  )
}
