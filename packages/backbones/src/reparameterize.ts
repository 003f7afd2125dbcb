import { ClasError, type Variables } from '@clas/core'
import { apply, type Module, mapModules, type Parameter, walk } from '@clas/nn'
import { add, mul, ones, pad, reshape, type Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core'

/** Branches whose sum one convolution gives, once their statistics no longer change. */
export interface Merge {
  /** Paths below the module, each of a convolution followed by batch normalisation, or of the latter alone. */
  readonly branches: readonly string[]
  /** The name of the part that takes the place of the branches. */
  readonly into: string
  /** That part: a convolution with a bias, its kernel as large as the largest of the branches. */
  readonly convolution: Module
}

/** A module with branches to merge. Where they are gone, its forward function uses the part `into`. */
export interface Mergeable extends Module {
  readonly merge: Merge
}

/** A model that is ready to be used, and its variables. */
export interface Reparameterized<M extends Module> {
  readonly model: M
  /** Tensors of their own, which the caller owns. */
  readonly variables: Variables
}

/**
 * Merges parallel branches of a trained model into one convolution each, as RepVGG (Ding et al. 2021, arXiv 2101.03697)
 * does: fewer parameters and layers, and in evaluation the same outputs but for rounding. Such a model is for use, not
 * for training. Modules without branches stay as they are.
 *
 * @param model - with {@link Mergeable} modules: RepVGG, PPLCNetV2
 * @param variables - of the model, which stay the caller's
 * @throws `state-dict-mismatch` when a variable of the model is missing
 * @example
 * ```ts
 * import { RepVGG_A0, reparameterize } from '@clas/backbones'
 * import { createRng } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { init, summary } from '@clas/nn'
 * await useBackend('auto')
 * const trained = RepVGG_A0()
 * const { model } = reparameterize(trained, init(trained, createRng(1)))
 * console.log(summary(model, [1, 224, 224, 3]).parameters) // 8.3 million of 9.1 million
 * ```
 */
export function reparameterize<M extends Module>(model: M, variables: Variables): Reparameterized<M> {
  for (const [path, part] of walk(model)) if (part.part !== 'module') variable(variables, path)
  const merged: Record<string, Tensor> = {}
  const deployed = mapModules(model, (module, path) => {
    if (!isMergeable(module)) return module
    const { merge, ...rest } = module
    const { weight, bias } = tidy(() => mergeBranches(module, path, variables))
    merged[join(path, merge.into, 'weight')] = weight
    merged[join(path, merge.into, 'bias')] = bias
    const gone = new Set(merge.branches.map((branch) => branch.split('.')[0]))
    const kept = Object.entries(module.parts).filter(([name]) => !gone.has(name))
    return { ...rest, parts: { ...Object.fromEntries(kept), [merge.into]: merge.convolution } }
  })
  const params: Record<string, Tensor> = {}
  const buffers: Record<string, Tensor> = {}
  for (const [path, part] of walk(deployed)) {
    if (part.part === 'parameter') params[path] = merged[path] ?? variable(variables, path).clone()
    if (part.part === 'buffer') buffers[path] = variable(variables, path).clone()
  }
  // mapModules keeps what a model has besides its parts.
  return { model: deployed as M, variables: { params, buffers } }
}

/** [height, width, in / groups, out] and [out]. */
type Convolution = Readonly<Record<'weight' | 'bias', Tensor>>

function isMergeable(module: Module): module is Mergeable {
  return 'merge' in module
}

/** The convolution that gives the sum of the branches. */
function mergeBranches(module: Mergeable, path: string, variables: Variables): Convolution {
  const { branches, convolution } = module.merge
  const { shape } = convolution.parts.weight as Parameter
  const parts = new Map(walk(module))
  return branches
    .map((branch) => mergeNormalization(parts.get(branch) as Module, join(path, branch), shape, variables))
    .reduce((sum, branch) => ({ weight: add(sum.weight, branch.weight), bias: add(sum.bias, branch.bias) }))
}

/** A branch's convolution and normalisation as one convolution, with a kernel of the given shape. */
function mergeNormalization(branch: Module, at: string, shape: readonly number[], variables: Variables): Convolution {
  const channels = shape[3] as number
  const layers = [[at, branch] as const, ...walk(branch, at)]
  const find = (type: string) => layers.find(([, part]) => part.part === 'module' && part.type === type)
  const [normPath, norm] = find('batchNorm') as readonly [string, Module]
  const convPath = find('conv2d')?.[0]

  const statistic = (name: string): Tensor => variable(variables, join(normPath, name))
  const params = { weight: statistic('weight'), bias: statistic('bias') }
  const buffers = { _mean: statistic('_mean'), _variance: statistic('_variance') }
  const none = zeros([channels])
  // Normalisation is scale * x + shift. With mean and bias 0 it multiplies by the scale alone.
  const centred = { params: { ...params, bias: none }, buffers: { ...buffers, _mean: none } }
  const scale = apply(norm, centred, ones([1, channels])).output
  const shift = apply(norm, { params, buffers }, zeros([1, channels])).output

  const kernel = convPath === undefined ? identityKernel(shape) : variable(variables, join(convPath, 'weight'))
  return { weight: padKernel(mul(kernel, scale), shape), bias: reshape(shift, [channels]) }
}

/** What a convolution without an effect has: one in the middle, from each channel to itself. */
function identityKernel([height = 1, width = 1, inputs = 1, outputs = 1]: readonly number[]): Tensor {
  const values = new Float32Array(height * width * inputs * outputs)
  const middle = ((height - 1) / 2) * width + (width - 1) / 2
  for (let o = 0; o < outputs; o++) values[(middle * inputs + (o % inputs)) * outputs + o] = 1
  return tensor(values, [height, width, inputs, outputs])
}

/** Zeros around a smaller kernel. */
function padKernel(kernel: Tensor, shape: readonly number[]): Tensor {
  const around = [0, 1].map((axis) => ((shape[axis] as number) - (kernel.shape[axis] as number)) / 2)
  return pad(
    kernel,
    [0, 1, 2, 3].map((axis): [number, number] => [around[axis] ?? 0, around[axis] ?? 0]),
  )
}

function variable({ params, buffers }: Variables, path: string): Tensor {
  const found = params[path] ?? buffers[path]
  if (found) return found
  throw new ClasError(
    'state-dict-mismatch',
    `the variables have no '${path}'; give those of the model as it was trained`,
    { missing: [path] },
  )
}

const join = (...names: readonly string[]): string => names.filter((name) => name !== '').join('.')
