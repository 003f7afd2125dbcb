import type { Tensor } from '@tensorflow/tfjs-core'
import { apply } from './apply.ts'
import { type Module, walk } from './module.ts'
import { withShapesOnly } from './shape-backend.ts'
import { buffersOf, parametersOf } from './surgery.ts'

/** One module of a summary. */
export interface LayerSummary {
  /** Its dotted path. */
  readonly path: string
  /** What it is: `conv2d`. */
  readonly type: string
  /** The batch first. */
  readonly outputShape: readonly number[]
  /** Numbers in its parameters and those of its parts. */
  readonly parameters: number
  /** Multiplications followed by an addition, of convolutions and matrix products, its parts' included. */
  readonly multiplyAdds: number
}

/** What a module is made of and what a pass costs. */
export interface Summary {
  /** Modules in the order of the pass. */
  readonly layers: readonly LayerSummary[]
  /** Of the whole module, the batch first. */
  readonly outputShape: readonly number[]
  /** Numbers in the parameters, without buffers. */
  readonly parameters: number
  /** Numbers in the buffers: running statistics. */
  readonly buffers: number
  /** Of all convolutions and matrix products. */
  readonly multiplyAdds: number
  /** Of convolutions and linear layers alone, as papers and PaddleClas count: without the products of attention. */
  readonly layerMultiplyAdds: number
}

/**
 * Counts a module's parameters and multiply-adds and finds the shape of each layer's output, without making a weight or
 * computing a value.
 *
 * @param module - the description
 * @param inputShape - for images [batch, height, width, channels]; counts are for the whole batch
 * @throws `backend-not-ready` when a forward function reads a value back or uses an operation whose shape is not known;
 *   `shape-mismatch` when the input does not fit
 * @example
 * ```ts
 * import { conv2d, summary } from '@clas/nn'
 * console.log(summary(conv2d(3, 8, 3), [1, 32, 32, 3]).multiplyAdds) // 30 * 30 * 8 * 27
 * ```
 */
export function summary(module: Module, inputShape: readonly number[]): Summary {
  const parameters = sizes(parametersOf(module))
  const buffers = sizes(buffersOf(module))
  const layers: LayerSummary[] = []
  let layerMultiplyAdds = 0
  const output = withShapesOnly((make, counted) => {
    const variables = { params: record(parametersOf(module), make), buffers: record(buffersOf(module), make) }
    const begun: number[] = []
    const observer = {
      enter: () => void begun.push(counted()),
      leave(path: string, current: Module, result: Tensor) {
        const multiplyAdds = counted() - (begun.pop() ?? 0)
        if (current.type === 'conv2d' || current.type === 'linear') layerMultiplyAdds += multiplyAdds
        const own = [...walk(current)].reduce(
          (sum, [, part]) => sum + (part.part === 'parameter' ? size(part.shape) : 0),
          0,
        )
        if (path !== '')
          layers.push({ path, type: current.type, outputShape: result.shape, parameters: own, multiplyAdds })
      },
    }
    const { output } = apply(module, variables, make(inputShape), { observer })
    return { shape: output.shape, multiplyAdds: counted() }
  })
  return {
    layers,
    outputShape: output.shape,
    parameters,
    buffers,
    multiplyAdds: output.multiplyAdds,
    layerMultiplyAdds,
  }
}

const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1)

function sizes(parts: Readonly<Record<string, { readonly shape: readonly number[] }>>): number {
  return Object.values(parts).reduce((sum, part) => sum + size(part.shape), 0)
}

function record(
  parts: Readonly<Record<string, { readonly shape: readonly number[] }>>,
  make: (shape: readonly number[]) => Tensor,
): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(parts).map(([path, part]) => [path, make(part.shape)]))
}
