import { type ArrayRecord, ClasError, type StateDict, type Variables } from '@clas/core'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { dtypeOf, type Module, type Parameter, walk } from './module.ts'

/** How the axes of a file's arrays are ordered. `clas`: as in memory. `paddle`: convolutions [out, in / groups, height, width]. */
export type StateDictLayout = 'clas' | 'paddle'

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
  /** Keys of the model that the state dict lacks. */
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
    const array = part.part === 'module' ? undefined : stateDict[key]
    if (part.part === 'module' || !array) continue
    const record = part.part === 'parameter' ? params : buffers
    const values = isConv(part) && layout === 'paddle' ? toHwio(array.data as Float32Array, part.shape) : array.data
    record[key] = tensor(values, [...part.shape], dtypeOf(part))
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
  return {
    missing: Object.keys(expected).filter((key) => !(key in stateDict)),
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
    if (part.part === 'module') continue
    const [height = 0, width = 0, inputs = 0, outputs = 0] = part.shape
    shapes[key] = isConv(part) && layout === 'paddle' ? [outputs, inputs, height, width] : part.shape
  }
  return shapes
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

const isConv = (part: { readonly part: string }): boolean =>
  part.part === 'parameter' && (part as Parameter).layout === 'conv'

const equal = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i])

/** [out, in, height, width] to [height, width, in, out]. */
function toHwio(
  values: Float32Array,
  [height = 0, width = 0, inputs = 0, outputs = 0]: readonly number[],
): Float32Array {
  const result = new Float32Array(values.length)
  const taps = height * width
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const from = (o * inputs + i) * taps
      for (let tap = 0; tap < taps; tap++) result[(tap * inputs + i) * outputs + o] = values[from + tap] as number
    }
  }
  return result
}
