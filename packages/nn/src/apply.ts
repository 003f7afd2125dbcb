import {
  ClasError,
  nearest,
  type Rng,
  recompute,
  type Selector,
  selects,
  type Tensors,
  type Variables,
} from '@clas/core'
import { keep, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { type Bound, type Context, joinPath, type Module, type Parts, walk } from './module.ts'

/** Watches the modules of a pass as they begin and end. */
export interface Observer {
  /** Is called before a module runs. */
  enter?(path: string, module: Module): void
  /** Is called after a module ran, with its output, which it must not free. */
  leave?(path: string, module: Module, output: Tensor): void
}

/** How a module is run. */
export interface ApplyOptions {
  /** Batch statistics, dropout and new buffer values; default false. */
  readonly training?: boolean
  /** Random numbers for dropout and the like; needed by those layers in training. */
  readonly rng?: Rng
  /** Paths of modules whose outputs are wanted as `features`; default none. */
  readonly taps?: readonly string[]
  /** The path of the module after which to stop: its output is the output. */
  readonly stop?: string
  /** Modules that run as in evaluation though the rest trains: running statistics, no dropout. */
  readonly frozen?: Selector | readonly Selector[]
  /** Is told of every module of the pass; default none. */
  readonly observer?: Observer
}

/** What a pass gives. */
export interface Applied {
  /** The module's output, or that of the module at `stop`, which the caller owns. */
  readonly output: Tensor
  /** The outputs of the tapped modules, which the caller owns. */
  readonly features: Tensors
  /** All buffers: new tensors where the pass gave new values, those of the variables elsewhere. */
  readonly buffers: Tensors
}

/**
 * Runs a module on an input. Intermediate tensors are freed as each module ends, except what gradients need.
 *
 * @param module - the description
 * @param variables - parameters and buffers by path, as `init` makes them
 * @param x - for images [batch, height, width, channels], float32
 * @throws `unknown-path` when a tap or stop names no module; `state-dict-mismatch` when a variable is missing;
 *   `bad-option` when a layer needs an `rng` and there is none; `shape-mismatch` when a layer can't take its input
 * @example
 * ```ts
 * import { createRng } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { apply, conv2d, init, relu, sequential } from '@clas/nn'
 * import { ones } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * const net = sequential([conv2d(3, 8, 3, { padding: 1 }), relu, conv2d(8, 4, 1)])
 * const { output, features } = apply(net, init(net, createRng(1)), ones([1, 6, 6, 3]), { taps: ['0'] })
 * console.log(output.shape, features['0']?.shape)
 * ```
 */
export function apply(module: Module, variables: Variables, x: Tensor, options: ApplyOptions = {}): Applied {
  const { training = false, rng, taps = [], stop, frozen = [], observer } = options
  const features: Record<string, Tensor> = {}
  const changed: Record<string, Tensor> = {}
  checkPaths(module, stop === undefined ? taps : [...taps, stop])

  // Where a module runs again for its gradients, it has copies of its variables, and everything else is known already.
  let { params, buffers } = variables
  let again = false

  const run = (current: Module, path: string, input: Tensor): Tensor => {
    if (!again) observer?.enter?.(path, current)
    const context: Context = {
      training: training && !(path !== '' && selects(frozen, path)),
      path,
      get rng() {
        if (!rng)
          throw new ClasError('bad-option', `the layer '${path}' draws random numbers in training: give apply an rng`)
        return rng.fork(path)
      },
      update(name, value) {
        if (!again) changed[joinPath(path, name)] = keep(value)
      },
    }
    const forward = (x: Tensor): Tensor => tidy(() => current.forward(bind(current.parts, path), x, context))
    const inside = [...taps, stop].some((at) => at !== undefined && at !== path && at.startsWith(joinPath(path, '')))
    const output = current.recompute && !inside ? recomputed(current, path, input, forward) : forward(input)
    if (again) return output
    if (taps.includes(path)) features[path] = keep(output)
    observer?.leave?.(path, current, output)
    if (path === stop) throw new Stopped(keep(output))
    return output
  }
  const bind = (parts: Parts, path: string): Bound<Parts> =>
    Object.fromEntries(
      Object.entries(parts).map(([name, part]) => {
        const at = joinPath(path, name)
        if (part.part === 'module') return [name, (input: Tensor) => run(part, at, input)]
        return [name, variable(part.part === 'parameter' ? params : buffers, at)]
      }),
    ) as unknown as Bound<Parts>

  const recomputed = (current: Module, path: string, x: Tensor, forward: (x: Tensor) => Tensor): Tensor => {
    const own: Record<string, Tensor> = { x }
    for (const [at, part] of walk(current, path)) {
      if (part.part === 'parameter') own[`params/${at}`] = variable(params, at)
      if (part.part === 'buffer') own[`buffers/${at}`] = variable(buffers, at)
    }
    let first = true
    return recompute((copies) => {
      if (first) {
        first = false
        return forward(x)
      }
      const before = { params, buffers, again }
      params = { ...params, ...under('params/', copies) }
      buffers = { ...buffers, ...under('buffers/', copies) }
      again = true
      try {
        return forward(copies.x as Tensor)
      } finally {
        ;({ params, buffers, again } = before)
      }
    }, own)
  }

  let output: Tensor
  try {
    output = run(module, '', x)
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    output = error.output
  }
  return {
    output,
    features,
    buffers: Object.keys(changed).length > 0 ? { ...variables.buffers, ...changed } : variables.buffers,
  }
}

/** Ends a pass early; not an error. */
class Stopped {
  readonly output: Tensor
  constructor(output: Tensor) {
    this.output = output
  }
}

function under(prefix: string, tensors: Tensors): Tensors {
  const entries = Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]))
}

function variable(tensors: Tensors, path: string): Tensor {
  const found = tensors[path]
  if (!found) {
    throw new ClasError(
      'state-dict-mismatch',
      `the variables have no '${path}'; make them with init or loadStateDict of this model`,
      {
        missing: [path],
      },
    )
  }
  return found
}

function checkPaths(module: Module, paths: readonly string[]): void {
  if (paths.length === 0) return
  const known = [...walk(module)].filter(([, part]) => part.part === 'module').map(([path]) => path)
  for (const path of paths) {
    if (known.includes(path)) continue
    const near = nearest(path, known)
    const hint =
      near.length > 0 ? `did you mean ${near.map((name) => `'${name}'`).join(' or ')}?` : `known: ${known.join(', ')}`
    throw new ClasError('unknown-path', `there is no module '${path}'; ${hint}`, { path, near })
  }
}
