import type { Rng } from '@clas/core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Fills the values of a parameter of the given shape, in C order. */
export type Initializer = (shape: readonly number[], rng: Rng) => Float32Array

/** How the axes of a parameter are ordered, so that files with another order can be read. */
export type ParameterLayout = 'conv' | 'linear' | 'plain'

/** A tensor that gradients change. */
export interface Parameter {
  readonly part: 'parameter'
  readonly shape: readonly number[]
  readonly initializer: Initializer
  /** `conv`: [height, width, in / groups, out]; `linear`: [in, out]; `plain`: as published. */
  readonly layout: ParameterLayout
  /** False where the published recipe applies no weight decay to it. */
  readonly decay: boolean
}

/** A tensor that the forward pass changes in training, such as a running mean, or that never changes. */
export interface Buffer {
  readonly part: 'buffer'
  readonly shape: readonly number[]
  readonly initializer: Initializer
  /** Of whole numbers it is `int32`. */
  readonly dtype: 'float32' | 'int32'
}

/** What a forward function is told besides its input. */
export interface Context {
  /** Whether this module trains: batch statistics, dropout. False where it is frozen. */
  readonly training: boolean
  /** The dotted path of this module; empty for the outermost. */
  readonly path: string
  /** Random numbers of this module in this step. Throws `bad-option` when `apply` was given no `rng`. */
  readonly rng: Rng
  /** Gives one of this module's buffers its new value. */
  update(buffer: string, value: Tensor): void
}

/** What a module is made of. */
export type Part = Module | Parameter | Buffer
/** Parts by name. The names make the dotted paths of the variables. */
export type Parts = Readonly<Record<string, Part>>

/** Parts as the forward function is given them: modules as functions, parameters and buffers as tensors. */
export type Bound<P extends Parts> = {
  readonly [K in keyof P]: NonNullable<P[K]> extends Module ? (x: Tensor) => Tensor : Tensor
}

/**
 * A description of a computation with parameters: no state, no tensors. The keys of `parts` make the dotted paths of
 * its parameters. Run it with `apply`, make its variables with `init`.
 */
export interface Module {
  readonly part: 'module'
  /** What it is, for summaries: `conv2d`. */
  readonly type: string
  readonly parts: Parts
  readonly forward: Forward<Parts>
  /** Whether intermediate results are computed again for the gradients; see `gradientCheckpoint`. Default: no. */
  readonly recompute?: boolean
}

type Forward<P extends Parts> = (parts: Bound<P>, x: Tensor, context: Context) => Tensor

/**
 * Describes a module by its parts and its forward function.
 *
 * @param parts - modules, parameters and buffers by name
 * @param forward - computes the output from the bound parts and the input
 * @param type - what it is, for summaries; default `module`
 * @example
 * ```ts
 * import { conv2d, globalAvgPool, hardSigmoid, module, relu } from '@clas/nn'
 * import { mul } from '@tensorflow/tfjs-core'
 * const squeezeExcitation = (channels: number) =>
 *   module({ conv1: conv2d(channels, channels / 4, 1), conv2: conv2d(channels / 4, channels, 1) }, ({ conv1, conv2 }, x) =>
 *     mul(x, hardSigmoid(conv2(relu(conv1(globalAvgPool(x)))))),
 *   )
 * console.log(Object.keys(squeezeExcitation(16).parts))
 * ```
 */
export function module<const P extends Parts>(parts: P, forward: Forward<P>, type = 'module'): Module {
  return { part: 'module', type, parts, forward: forward as unknown as Forward<Parts> }
}

/**
 * Describes a parameter.
 *
 * @param shape - in the order of `layout`
 * @param initializer - fills its first values
 * @param options - `layout`, default `plain`; `decay`, default true
 * @example
 * ```ts
 * import { constant, module, parameter } from '@clas/nn'
 * import { mul } from '@tensorflow/tfjs-core'
 * const scale = (channels: number) =>
 *   module({ scale: parameter([channels], constant(1), { decay: false }) }, ({ scale }, x) => mul(x, scale), 'scale')
 * console.log(scale(8).parts.scale)
 * ```
 */
export function parameter(
  shape: readonly number[],
  initializer: Initializer,
  { layout = 'plain', decay = true }: { readonly layout?: ParameterLayout; readonly decay?: boolean } = {},
): Parameter {
  return { part: 'parameter', shape, initializer, layout, decay }
}

/**
 * Describes a buffer. Its module's forward function gives it new values with `context.update`.
 *
 * @param shape - of its values
 * @param initializer - fills its first values
 */
export function buffer(shape: readonly number[], initializer: Initializer): Buffer {
  return { part: 'buffer', shape, initializer, dtype: 'float32' }
}

/**
 * Describes whole numbers that published checkpoints hold beside the parameters, such as a table of relative positions.
 * They never change.
 *
 * @param shape - of the numbers
 * @param values - in C order
 */
export function indexBuffer(shape: readonly number[], values: readonly number[]): Buffer {
  return { part: 'buffer', shape, initializer: () => Float32Array.from(values), dtype: 'int32' }
}

/** The type of a variable's values. */
export function dtypeOf(part: Parameter | Buffer): 'float32' | 'int32' {
  return part.part === 'buffer' ? part.dtype : 'float32'
}

/** Joins the path of a module and the name of one of its parts. */
export function joinPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/**
 * Every part below a module with its path, depth first, in the order of definition: the order of the checkpoint.
 *
 * @param root - the module, which is not itself among the parts
 * @param path - what its parts' paths begin with; default nothing
 * @example
 * ```ts
 * import { linear, relu, sequential, walk } from '@clas/nn'
 * for (const [path, { part }] of walk(sequential([linear(4, 8), relu]))) console.log(path, part)
 * ```
 */
export function* walk(root: Module, path = ''): Generator<readonly [path: string, part: Part]> {
  for (const [name, part] of Object.entries(root.parts)) {
    const at = joinPath(path, name)
    yield [at, part]
    if (part.part === 'module') yield* walk(part, at)
  }
}
