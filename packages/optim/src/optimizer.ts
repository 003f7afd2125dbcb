import { ClasError, type StateDict, type Tensors, type Variables } from '@clas/core'
import { cannotCompile } from '@clas/kernels'
import { add, dispose, type Tensor, type TensorContainer, tidy, util } from '@tensorflow/tfjs-core'
import { chain } from './chain.ts'
import { scaleByLearningRate } from './learning-rate.ts'
import type { Schedule } from './schedule.ts'
import { restoreState, saveState, tensorsOf } from './state-arrays.ts'
import type { Transform, TransformState } from './transform.ts'

/** Marks an argument that the function frees: don't use its tensors afterwards. */
export type Consumed<T> = T

/** What an optimizer keeps from step to step. Its tensors are the caller's until a step consumes them. */
export interface OptimizerState {
  /** Steps done. */
  readonly step: number
  /** What the transforms keep, keyed by parameter. */
  readonly transforms: TransformState
}

/** An {@link OptimizerState} as a checkpoint holds it: arrays, and JSON that says where each belongs. */
export interface SavedOptimizerState {
  readonly arrays: StateDict
  /** Plain JSON. */
  readonly json: unknown
}

/** Changes parameters along their gradients. It holds options only: all that changes is in the state. */
export interface Optimizer {
  /** The names of its transforms. */
  readonly name: string
  /** The state before the first step. Give it all the parameters that will ever have a gradient. */
  init(params: Tensors): OptimizerState
  /**
   * Does one step. It consumes what it replaces: changed parameters, all gradients and the state's replaced tensors are
   * freed; buffers and unchanged parameters go over as they are. A parameter without gradient stays as it is, without
   * decay, and so does what is kept for it. Nothing is consumed when it throws.
   *
   * @throws `unknown-path` for a gradient of no parameter, `shape-mismatch` for one of another shape,
   * `state-dict-mismatch` when the state was made for other parameters
   */
  step(
    variables: Consumed<Variables>,
    gradients: Consumed<Tensors>,
    state: Consumed<OptimizerState>,
  ): { readonly variables: Variables; readonly state: OptimizerState }
  /** The rate of the next step, before any scale of a group. */
  learningRate(state: OptimizerState): number
  /** Reads the state back from the device, to the bit. The state stays the caller's. */
  toArrays(state: OptimizerState): Promise<SavedOptimizerState>
  /**
   * The state that was saved, to the bit; its tensors are the caller's.
   *
   * @throws `state-dict-mismatch` when another chain of transforms saved it, or an array is missing
   */
  fromArrays(saved: SavedOptimizerState): OptimizerState
  /** Frees the tensors of a state, and what the backend has compiled of the steps. */
  dispose(state: Consumed<OptimizerState>): void
}

/**
 * Makes an optimizer of a transform, most often of a {@link chain}: `params + updates` is its step.
 *
 * @param transform - turns gradients into updates
 * @param lr - rate or schedule, applied to the transform's result; leave it out where the chain has its own
 * {@link scaleByLearningRate}
 * @throws `bad-option` when there is no learning rate, or two
 * @example
 * ```ts
 * import { addDecayedWeights, chain, clipByGlobalNorm, createOptimizer, trace } from '@clas/optim'
 * const optimizer = createOptimizer(chain(clipByGlobalNorm(1), addDecayedWeights(1e-4), trace({ momentum: 0.9 })), 0.1)
 * console.log(optimizer.name)
 * ```
 */
export function createOptimizer(transform: Transform, lr?: number | Schedule): Optimizer {
  const whole = withRate(transform, lr)
  const { name, learningRate } = whole
  return {
    name,
    init: (params) => ({ step: 0, transforms: tidyState(() => whole.init(params)) }),
    step(variables, gradients, state) {
      cannotCompile(
        'a step of an optimizer counts in plain numbers: call it after the compiled step, it compiles itself',
      )
      const next = tidyState(() => advance(whole, variables.params, gradients, state))
      const kept = new Set([...Object.values(next.params), ...tensorsOf(next.transforms)])
      const old = [...Object.values(variables.params), ...Object.values(gradients), ...tensorsOf(state.transforms)]
      dispose(old.filter((tensor) => !kept.has(tensor)))
      return {
        variables: { ...variables, params: next.params },
        state: { step: state.step + 1, transforms: next.transforms },
      }
    },
    learningRate: (state) => learningRate(state.step),
    async toArrays({ step, transforms }) {
      const { arrays, tree } = await saveState(transforms)
      return { arrays, json: { optimizer: name, step, transforms: tree } }
    },
    fromArrays({ arrays, json }) {
      const { optimizer, step, transforms } = (json ?? {}) as Record<string, unknown>
      if (optimizer !== name || typeof step !== 'number') {
        const message = `the saved state is of the optimizer '${String(optimizer)}', expected '${name}'`
        throw new ClasError('state-dict-mismatch', `${message}; build the optimizer that saved it`, { optimizer, name })
      }
      return { step, transforms: restoreState(arrays, transforms) }
    },
    dispose(state) {
      whole.release?.()
      dispose(tensorsOf(state.transforms))
    },
  }
}

type Advanced = { readonly params: Tensors; readonly transforms: TransformState }

/** `tidy` whose result is any tree of numbers and tensors, which its type can't say. */
function tidyState<T>(f: () => T): T {
  return tidy(f as () => TensorContainer) as T
}

function withRate(transform: Transform, lr: number | Schedule | undefined): Transform & { learningRate: Schedule } {
  const whole = lr === undefined ? transform : chain(transform, scaleByLearningRate(lr))
  const { learningRate } = whole
  if (!learningRate) {
    throw new ClasError('bad-option', `${transform.name} has no learning rate: give one as the second argument`)
  }
  if (lr !== undefined && transform.learningRate) {
    throw new ClasError('bad-option', `${transform.name} has a learning rate already: leave out the second argument`)
  }
  return { ...whole, learningRate }
}

function advance(transform: Transform, params: Tensors, gradients: Tensors, state: OptimizerState): Advanced {
  requireShapes(gradients, params, 'gradient')
  const info = { step: state.step, params }
  const fused = transform.fused?.(gradients, state.transforms, info)
  if (fused) return { params: { ...params, ...fused[0] }, transforms: fused[1] }
  const [updates, transforms] = transform.update(gradients, state.transforms, info)
  requireShapes(updates, params, 'update')
  const next: Record<string, Tensor> = { ...params }
  for (const [path, update] of Object.entries(updates)) next[path] = add(params[path] as Tensor, update)
  return { params: next, transforms }
}

/** Addition would broadcast, so a wrong shape would go unseen. */
function requireShapes(tensors: Tensors, params: Tensors, kind: string): void {
  for (const [path, { shape }] of Object.entries(tensors)) {
    const expected = params[path]?.shape
    if (!expected) throw new ClasError('unknown-path', `there is a ${kind} of '${path}' but no parameter`, { path })
    if (util.arraysEqual(shape, expected)) continue
    const message = `the ${kind} of '${path}' has the shape [${shape}], its parameter [${expected}]`
    throw new ClasError('shape-mismatch', message, { path, shape, expected })
  }
}
