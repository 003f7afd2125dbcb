import { ClasError } from '@clas/core'
import { convShape, matMulShape, poolShape, resizeShape, type Shape } from '@clas/kernels'
import {
  backend_util,
  type DataId,
  type DataType,
  engine,
  KernelBackend,
  type KernelConfig,
  registerBackend,
  registerKernel,
  type Tensor,
  type TensorContainer,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'

/** The name of a backend that computes the shapes of tensors and nothing else: no memory, no arithmetic. */
const NAME = 'clas-shapes'

let multiplyAdds = 0
let registered = false

/**
 * Runs `f` on a backend that has shapes but no values, and gives back the backend that was there before.
 *
 * @param f - must not read values; is given a maker of tensors and a counter of multiply-adds so far
 * @throws `backend-not-ready` when `f` uses an operation whose shape is not known here
 */
export function withShapesOnly<T extends TensorContainer>(
  f: (make: (shape: Shape, dtype?: DataType) => Tensor, counted: () => number) => T,
): T {
  register()
  const before = engine().backendName
  const backend = activate(NAME)
  multiplyAdds = 0
  try {
    return engine().tidy(() =>
      f(
        (shape, dtype = 'float32') =>
          engine().makeTensorFromTensorInfo({ dataId: {}, shape: [...shape], dtype }, backend),
        () => multiplyAdds,
      ),
    )
  } finally {
    if (before) activate(before)
  }
}

function activate(name: string): KernelBackend {
  // Synchronous where the backend has been made before: nothing is awaited until it is in place.
  const backend = engine().findBackend(name)
  void engine().setBackend(name)
  return backend
}

class ShapeBackend extends KernelBackend {
  override write(): DataId {
    return {}
  }
  override move(): void {}
  override disposeData(): boolean {
    return true
  }
  override incRef(): void {}
  override refCount(): number {
    return 1
  }
  override numDataIds(): number {
    return 0
  }
  override floatPrecision(): 32 {
    return 32
  }
  override epsilon(): number {
    return 1e-7
  }
  override readSync(): never {
    throw new ClasError(
      'backend-not-ready',
      'a summary has shapes but no values: a forward function must not read a value back',
    )
  }
}

type Inputs = Readonly<Record<string, TensorInfo | undefined>>
type Attributes = Readonly<Record<string, unknown>>
type ShapeOf = (inputs: Inputs, attributes: Attributes) => Shape | readonly Shape[]

function register(): void {
  if (registered) return
  registered = true
  registerBackend(NAME, () => new ShapeBackend(), 0)
  engine().findBackend(NAME)
  for (const [name, shapeOf] of Object.entries(SHAPES)) {
    registerKernel({ kernelName: name, backendName: NAME, kernelFunc: kernel(shapeOf) })
  }
}

function kernel(shapeOf: ShapeOf): KernelConfig['kernelFunc'] {
  return ({ inputs, attrs }) => {
    const first = Object.values(inputs)[0]
    const dtype = ((attrs as Attributes | undefined)?.dtype as DataType) ?? first?.dtype ?? 'float32'
    const shapes = shapeOf(inputs as Inputs, (attrs ?? {}) as Attributes)
    const info = (shape: Shape): TensorInfo => ({ dataId: {}, shape: [...shape], dtype })
    return isList(shapes) ? shapes.map(info) : info(shapes)
  }
}

const isList = (shapes: Shape | readonly Shape[]): shapes is readonly Shape[] => Array.isArray(shapes[0])
const size = (shape: Shape): number => shape.reduce((product, length) => product * length, 1)
const shape = (inputs: Inputs, name: string): Shape => inputs[name]?.shape ?? []
const same: ShapeOf = (inputs) => Object.values(inputs)[0]?.shape ?? []
const broadcast: ShapeOf = ({ a, b }) => backend_util.assertAndGetBroadcastShape(a?.shape ?? [], b?.shape ?? [])

const reduced: ShapeOf = (inputs, { axis, keepDims }) => {
  const x = shape(inputs, 'x')
  const axes = util.parseAxisParam(axis as number | number[], [...x])
  return keepDims ? x.map((length, i) => (axes.includes(i) ? 1 : length)) : x.filter((_, i) => !axes.includes(i))
}

const list = (names: readonly string[], shapeOf: ShapeOf): Record<string, ShapeOf> =>
  Object.fromEntries(names.map((name) => [name, shapeOf]))

const channels = (inputs: Inputs): Shape => [shape(inputs, 'x').at(-1) ?? 0]
const rows = (inputs: Inputs): Shape => [size(shape(inputs, 'x').slice(0, -1))]

/** The output shape of each kernel that forward functions use. */
const SHAPES: Readonly<Record<string, ShapeOf>> = {
  ...list(
    [
      'Identity',
      'Cast',
      'Relu',
      'Relu6',
      'Sigmoid',
      'Tanh',
      'Exp',
      'Log',
      'Sqrt',
      'Rsqrt',
      'Square',
      'Abs',
      'Neg',
      'Sin',
      'Cos',
    ],
    same,
  ),
  ...list(['Softmax', 'ClipByValue', 'Erf', 'Elu', 'LeakyRelu', 'ZerosLike', 'OnesLike', 'Reverse', 'Log1p'], same),
  ...list(['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Pow', 'SquaredDifference'], broadcast),
  ...list(['Sum', 'Mean', 'Max', 'Min', 'Prod'], reduced),
  ...list(['ClasActivation', 'ClasSoftmax', 'ClasAffine'], same),
  Reshape: (inputs, attributes) => {
    const to = attributes.shape as Shape
    const from = shape(inputs, 'x')
    if (size(to) === size(from)) return to
    throw new ClasError('shape-mismatch', `[${from}] can't be reshaped to [${to}]: the numbers of values differ`, {
      from,
      to,
    })
  },
  ExpandDims: (inputs, { dim }) => {
    const input = [...shape(inputs, 'input')]
    input.splice(dim as number, 0, 1)
    return input
  },
  Transpose: (inputs, { perm }) => (perm as number[]).map((axis) => shape(inputs, 'x')[axis] as number),
  Tile: (inputs, { reps }) => shape(inputs, 'x').map((length, i) => length * ((reps as number[])[i] ?? 1)),
  Slice: (inputs, attributes) =>
    (attributes.size as number[]).map((length, i) =>
      length === -1 ? (shape(inputs, 'x')[i] as number) - ((attributes.begin as number[])[i] ?? 0) : length,
    ),
  PadV2: (inputs, { paddings }) =>
    shape(inputs, 'x').map((length, i) => length + ((paddings as [number, number][])[i]?.reduce((a, b) => a + b) ?? 0)),
  GatherV2: (inputs, { axis }) => {
    const x = shape(inputs, 'x')
    return [...x.slice(0, axis as number), ...shape(inputs, 'indices'), ...x.slice((axis as number) + 1)]
  },
  Concat: (inputs, { axis }) => {
    const shapes = Object.values(inputs).map((input) => [...(input?.shape ?? [])])
    backend_util.assertParamsConsistent(shapes, axis as number)
    return backend_util.computeOutShape(shapes, axis as number)
  },
  SplitV: (inputs, { numOrSizeSplits, axis }) => {
    const x = shape(inputs, 'x')
    const at = util.parseAxisParam(axis as number, [...x])[0] as number
    const lengths = backend_util.prepareSplitSize({ shape: [...x] } as Tensor, numOrSizeSplits as number | number[], at)
    return lengths.map((length) => x.with(at, length))
  },
  ResizeBilinear: (inputs, attributes) => {
    const [batch = 0, , , depth = 0] = shape(inputs, 'images')
    return [batch, ...(attributes.size as number[]), depth]
  },
  ClasConv2D: (inputs, attributes) => {
    const filter = shape(inputs, 'filter')
    const output = convShape(shape(inputs, 'x'), filter, attributes as never)
    multiplyAdds += size(output) * size(filter.slice(0, 3))
    return output
  },
  ClasMatMul: (inputs, { transposeA, transposeB }) => {
    const a = shape(inputs, 'a')
    const output = matMulShape(a, shape(inputs, 'b'), transposeA as boolean, transposeB as boolean)
    multiplyAdds += size(output) * (a.at(transposeA ? -2 : -1) ?? 0)
    return output
  },
  ClasAttention: (inputs) => {
    const [batch = 0, length = 0, columns = 0] = shape(inputs, 'qkv')
    const output = [batch, length, columns / 3]
    multiplyAdds += 2 * length * size(output)
    return output
  },
  ...list(['ClasMaxPool', 'ClasAveragePool'], (inputs, attributes) =>
    poolShape(shape(inputs, 'x'), attributes as never),
  ),
  ClasResizeBilinear: (inputs, attributes) => resizeShape(shape(inputs, 'x'), attributes as never),
  ClasBatchNorm: (inputs) => [shape(inputs, 'x'), channels(inputs), channels(inputs)],
  ClasLayerNorm: (inputs) => [shape(inputs, 'x'), rows(inputs), rows(inputs)],
}
