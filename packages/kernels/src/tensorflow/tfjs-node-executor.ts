import type { TensorInfo } from '@tensorflow/tfjs-core'
import { ConstantCache, type Executor } from './kernels/executor.ts'
import type { Attribute, Attributes } from './runtime.ts'

/** An attribute as tfjs-node takes it. */
interface NodeAttribute {
  readonly name: string
  readonly type: number
  readonly value: string | boolean | number | readonly number[]
}

type AttributeKind = 'STRING' | 'INT' | 'FLOAT' | 'BOOL' | 'TYPE' | 'SHAPE'

/** What is used of the backend of @tensorflow/tfjs-node and tfjs-node-gpu. */
export interface TfjsNodeBackend {
  readonly binding: Readonly<Record<`TF_ATTR_${AttributeKind}`, number>>
  readonly isUsingGpuDevice?: boolean
  executeMultipleOutputs(
    name: string,
    attributes: readonly NodeAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): TensorInfo[]
  write(values: Int32Array | Float32Array, shape: number[], dtype: 'int32' | 'float32'): object
  disposeData(dataId: object): boolean
  incRef(dataId: object): void
}

/** A backend that a program brought itself, by importing tfjs-node. */
export function isTfjsNode(backend: unknown): backend is TfjsNodeBackend {
  return typeof (backend as Partial<TfjsNodeBackend> | null)?.executeMultipleOutputs === 'function'
}

const executors = new WeakMap<TfjsNodeBackend, Executor>()

/** The kernels of this package on the backend of tfjs-node: one for each backend. */
export function tfjsNodeExecutor(backend: TfjsNodeBackend): Executor {
  let executor = executors.get(backend)
  if (!executor) {
    executor = createExecutor(backend)
    executors.set(backend, executor)
  }
  return executor
}

function createExecutor(backend: TfjsNodeBackend): Executor {
  const constants = new ConstantCache<TensorInfo>(
    (values, shape, dtype) => {
      const typed = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)
      return { dataId: backend.write(typed, [...shape], dtype), shape: [...shape], dtype }
    },
    ({ dataId }) => backend.disposeData(dataId),
  )
  return {
    onGpu: backend.isUsingGpuDevice ?? false,
    run: (operation, attributes, inputs, outputs) =>
      backend.executeMultipleOutputs(operation, attributesOf(backend, attributes), inputs, outputs),
    constant: (values, shape, dtype) => constants.get(values, shape, dtype),
    share: ({ dataId }) => backend.incRef(dataId),
    free: ({ dataId }) => {
      backend.disposeData(dataId)
    },
  }
}

function attributesOf({ binding }: TfjsNodeBackend, attributes: Attributes): NodeAttribute[] {
  return Object.entries(attributes).map(([name, attribute]) => {
    const [kind, value] = kindOf(attribute)
    return { name, type: binding[`TF_ATTR_${kind}`], value }
  })
}

function kindOf(attribute: Attribute): readonly [AttributeKind, NodeAttribute['value']] {
  if (typeof attribute === 'string') return ['STRING', attribute]
  if (typeof attribute === 'boolean') return ['BOOL', attribute]
  if ('int' in attribute) return ['INT', attribute.int]
  if ('ints' in attribute) return ['INT', attribute.ints]
  if ('float' in attribute) return ['FLOAT', attribute.float]
  if ('floats' in attribute) return ['FLOAT', attribute.floats]
  return 'type' in attribute ? ['TYPE', attribute.type] : ['SHAPE', attribute.shape]
}
