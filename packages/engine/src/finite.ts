import { type Batch, ClasError, disposeVariables, type Rng, type Tensors, type Variables } from '@clas/core'
import { apply, type Module } from '@clas/nn'
import { backend, getBackend, mul, stack, sum, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { TrainState } from './state.ts'

/** Whether reading a value waits for nothing, because the backend computes in the thread that calls it. */
export function readsAreFree(): boolean {
  const name = getBackend()
  if (name === 'tensorflow') return !(backend() as { readonly onGpu?: boolean }).onGpu
  return name === 'cpu' || name === 'wasm'
}

/** The path of the first tensor with a value that isn't finite. One read from the device for all of them. */
export async function firstNotFinite(tensors: Tensors): Promise<string | undefined> {
  const paths = Object.keys(tensors)
  if (paths.length === 0) return undefined
  // x * 0 is 0 for finite values and NaN for all others.
  const probes = tidy(() => stack(paths.map((path) => sum(mul(tensors[path] as Tensor, 0)))))
  try {
    const values = await probes.data()
    return paths.find((_, i) => !Number.isFinite(values[i]))
  } finally {
    probes.dispose()
  }
}

/** Throws `not-finite` when a parameter or buffer has a value that isn't finite, so that it never gets into a file. */
export async function requireFiniteState({ step, variables }: TrainState): Promise<void> {
  const path = (await firstNotFinite(variables.params)) ?? (await firstNotFinite(variables.buffers))
  if (path !== undefined) throw notFinite(step, { path, what: `the variable '${path}'` })
}

/** Where the first value that isn't finite turned up. */
export interface Place {
  /** The dotted path of a parameter, a buffer or a module; missing for the pictures, the labels and the loss. */
  readonly path?: string
  /** For the message. */
  readonly what: string
}

/**
 * Finds where a loss that isn't finite comes from: the batch, a parameter, or the first module in the forward pass
 * whose output isn't finite.
 */
export async function locate(variables: Variables, batch: Batch, rng: Rng, module?: Module): Promise<Place> {
  const input = await firstNotFinite({ pictures: batch.images, labels: batch.labels })
  if (input !== undefined)
    return { what: `the ${input} of the batch (source indices ${batch.indices.slice(0, 8).join(', ')})` }
  const path = (await firstNotFinite(variables.params)) ?? (await firstNotFinite(variables.buffers))
  if (path !== undefined) return { path, what: `the variable '${path}'` }
  const layer = module && firstModule(module, variables, batch, rng)
  if (layer !== undefined) return { path: layer, what: `the output of '${layer}'` }
  return { what: 'the loss' }
}

/** The error of a step, counted from 1. */
export function notFinite(step: number, { path, what }: Place): ClasError {
  return new ClasError(
    'not-finite',
    `training broke down in step ${step}: ${what} is not finite. The last checkpoint is from before; go on from it with a ` +
      'lower learning rate, a longer warm-up or gradient clipping',
    { step, ...(path !== undefined && { path }) },
  )
}

function firstModule(module: Module, variables: Variables, batch: Batch, rng: Rng): string | undefined {
  let found: string | undefined
  const observer = {
    leave(path: string, _: Module, output: Tensor): void {
      if (found === undefined && !output.dataSync().every(Number.isFinite)) found = path
    },
  }
  const before = new Set(Object.values(variables.buffers))
  const { output, buffers } = apply(module, variables, batch.images, { training: true, rng, observer })
  output.dispose()
  const fresh = Object.fromEntries(Object.entries(buffers).filter(([, tensor]) => !before.has(tensor)))
  disposeVariables({ params: {}, buffers: fresh })
  return found
}
