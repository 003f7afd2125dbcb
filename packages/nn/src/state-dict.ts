import { type ArrayRecord, ClasError, type StateDict, type Variables } from '@clas/core'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { type Buffer, dtypeOf, type Module, type Parameter, type Part, walk } from './module.ts'

/**
 * How the axes of a file's arrays are ordered. `clas`: as in memory. `paddle`: convolutions [out, in / groups, height,
 * width]. `torch`: convolutions as PaddlePaddle has them, linear layers [out, in].
 */
export type StateDictLayout = 'clas' | 'paddle' | 'torch'

/** How a state dict is read. */
export interface LoadOptions {
  /** How the axes of the arrays are ordered; default `clas`. */
  readonly layout?: StateDictLayout
  /**
   * Whether the state dict may lack keys of the model; default false. What `init` gives for them must then be merged in
   * by the caller.
   */
  readonly allowMissing?: boolean
  /** Whether keys that the model does not have are passed over; default false. */
  readonly allowSurplus?: boolean
}

/** What does not fit between a model and a state dict. */
export interface Mismatch {
  /** Keys of the model that the state dict lacks; whole numbers that never change are made anew. */
  readonly missing: readonly string[]
  /** Keys of the state dict that the model lacks. */
  readonly surplus: readonly string[]
  /** Keys whose shapes differ, in the order of the file's layout. */
  readonly shapes: readonly {
    readonly key: string
    readonly expected: readonly number[]
    readonly found: readonly number[]
  }[]
}

/**
 * Makes variables of arrays under published names. Everything is checked before a tensor is made.
 *
 * @param module - whose parameters and buffers are wanted
 * @param stateDict - arrays by key
 * @returns variables, float32 or for whole numbers int32, which the caller owns
 * @throws `state-dict-mismatch` that lists every missing key, surplus key and wrong shape
 * @example
 * ```ts
 * import { useBackend } from '@clas/kernels'
 * import { linear, loadStateDict } from '@clas/nn'
 * await useBackend('cpu')
 * const arrays = { weight: { shape: [1, 2], data: new Float32Array([3, 4]) }, bias: { shape: [2], data: new Float32Array(2) } }
 * console.log(loadStateDict(linear(1, 2), arrays).params.weight?.shape)
 * ```
 */
export function loadStateDict(module: Module, stateDict: StateDict, options: LoadOptions = {}): Variables {
  const { layout = 'clas', allowMissing = false, allowSurplus = false } = options
  const found = compareStateDict(module, stateDict, layout)
  const problems = [
    ...(allowMissing ? [] : found.missing.map((key) => `missing: ${key}`)),
    ...(allowSurplus ? [] : found.surplus.map((key) => `not in the model: ${key}`)),
    ...found.shapes.map(({ key, expected, found }) => `shape of ${key}: expected [${expected}], found [${found}]`),
  ]
  if (problems.length > 0) {
    throw new ClasError(
      'state-dict-mismatch',
      `the state dict does not fit the model, ${problems.length} problems:\n  ${problems.join('\n  ')}\nCheck the model's name, its number of classes and the layout.`,
      { ...found },
    )
  }
  const params: Record<string, Tensor> = {}
  const buffers: Record<string, Tensor> = {}
  for (const [key, part] of walk(module)) {
    if (part.part === 'module') continue
    const array = stateDict[key]
    if (isIndex(part) && !array) buffers[key] = tensor(part.initializer(), [...part.shape], 'int32')
    if (!array) continue
    const record = part.part === 'parameter' ? params : buffers
    record[key] = tensor(inMemory(part, array, layout).data, [...part.shape], dtypeOf(part))
  }
  return { params, buffers }
}

/**
 * Finds what does not fit, without making a tensor and without throwing. Shapes are in the order of the file's layout.
 *
 * @param module - whose parameters and buffers are wanted
 * @param stateDict - arrays by key
 * @param layout - default `clas`
 * @example
 * ```ts
 * import { compareStateDict, linear } from '@clas/nn'
 * const { missing, shapes } = compareStateDict(linear(4, 2), { weight: { shape: [4, 3], data: new Float32Array(12) } })
 * console.log(missing, shapes) // [ 'bias' ] [ { key: 'weight', expected: [ 4, 2 ], found: [ 4, 3 ] } ]
 * ```
 */
export function compareStateDict(module: Module, stateDict: StateDict, layout: StateDictLayout = 'clas'): Mismatch {
  const expected = stateDictShapes(module, layout)
  const shapes = Object.entries(expected).flatMap(([key, shape]) => {
    const found = stateDict[key]?.shape
    return found && !equal(found, shape) ? [{ key, expected: shape, found }] : []
  })
  const indices = new Set([...walk(module)].flatMap(([key, part]) => (isIndex(part) ? [key] : [])))
  return {
    missing: Object.keys(expected).filter((key) => !(key in stateDict) && !indices.has(key)),
    surplus: Object.keys(stateDict).filter((key) => !(key in expected)),
    shapes,
  }
}

/**
 * The shape of each key of a module's state dict, in the order of the file.
 *
 * @param module - the description
 * @param layout - default `clas`
 */
export function stateDictShapes(
  module: Module,
  layout: StateDictLayout = 'clas',
): Readonly<Record<string, readonly number[]>> {
  const shapes: Record<string, readonly number[]> = {}
  for (const [key, part] of walk(module)) {
    if (part.part !== 'module') shapes[key] = shapeInFile(part, layout)
  }
  return shapes
}

/**
 * Orders the axes of a file's arrays as they are in memory, so that they can be changed, compared or written as a
 * checkpoint. Arrays that are in that order already are not copied; keys that the module lacks stay as they are.
 *
 * @param module - whose parameters say what each array is
 * @param stateDict - arrays by key
 * @param layout - of the arrays
 * @example
 * ```ts
 * import { linear, toClasLayout } from '@clas/nn'
 * const weight = { shape: [2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) } // [out, in]
 * console.log(toClasLayout(linear(3, 2), { weight }, 'torch').weight?.data) // 1, 4, 2, 5, 3, 6
 * ```
 */
export function toClasLayout(module: Module, stateDict: StateDict, layout: StateDictLayout): StateDict {
  const arrays: Record<string, ArrayRecord> = { ...stateDict }
  for (const [key, part] of walk(module)) {
    const array = stateDict[key]
    if (part.part !== 'module' && array) arrays[key] = inMemory(part, array, layout)
  }
  return arrays
}

/**
 * Reads all variables back from the device, as a checkpoint holds them: arrays by key, in the layout `clas`.
 *
 * @param variables - which stay the caller's
 * @example
 * ```ts
 * import { createRng, encodeSafetensors } from '@clas/core'
 * import { useBackend } from '@clas/kernels'
 * import { init, linear, toStateDict } from '@clas/nn'
 * await useBackend('cpu')
 * const bytes = encodeSafetensors(await toStateDict(init(linear(4, 2), createRng(1))))
 * console.log(bytes.length)
 * ```
 */
export async function toStateDict(variables: Variables): Promise<StateDict> {
  const arrays: Record<string, ArrayRecord> = {}
  for (const [key, value] of Object.entries({ ...variables.params, ...variables.buffers })) {
    arrays[key] = { shape: value.shape, data: (await value.data()) as ArrayRecord['data'] }
  }
  return arrays
}

type ArrayPart = Parameter | Buffer

const isConv = (part: ArrayPart, layout: StateDictLayout): boolean =>
  part.part === 'parameter' && part.layout === 'conv' && layout !== 'clas'

const isTransposed = (part: ArrayPart, layout: StateDictLayout): boolean =>
  part.part === 'parameter' && part.layout === 'linear' && layout === 'torch'

/** Whole numbers that never change: a file may lack them. */
const isIndex = (part: Part): part is Buffer & { readonly initializer: () => Float32Array } =>
  part.part === 'buffer' && part.dtype === 'int32'

const equal = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i])

function shapeInFile(part: ArrayPart, layout: StateDictLayout): readonly number[] {
  if (isTransposed(part, layout)) return [...part.shape].reverse()
  if (!isConv(part, layout)) return part.shape
  const [height = 0, width = 0, inputs = 0, outputs = 0] = part.shape
  return [outputs, inputs, height, width]
}

/** An array with its axes as in memory. One of another rank than its part stays as it is: it won't fit. */
function inMemory(part: ArrayPart, array: ArrayRecord, layout: StateDictLayout): ArrayRecord {
  if (array.shape.length !== part.shape.length) return array
  const [outputs = 0, inputs = 0, height = 1, width = 1] = array.shape
  if (!isConv(part, layout) && !isTransposed(part, layout)) return array
  const data = outermostLast(array.data as Float32Array, outputs, inputs, height * width)
  return { shape: isConv(part, layout) ? [height, width, inputs, outputs] : [inputs, outputs], data }
}

/** [outputs, inputs, taps] to [taps, inputs, outputs]. */
function outermostLast(values: Float32Array, outputs: number, inputs: number, taps: number): Float32Array {
  const result = new Float32Array(values.length)
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const from = (o * inputs + i) * taps
      for (let tap = 0; tap < taps; tap++) result[(tap * inputs + i) * outputs + o] = values[from + tap] as number
    }
  }
  return result
}
