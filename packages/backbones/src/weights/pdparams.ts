import type { ArrayRecord, StateDict } from '@clas/core'
import { elementCount, isSizes } from './decode-array.ts'
import { arraysOf, factsOf, findArrays, type NamedArrays } from './named-arrays.ts'
import { unpickle } from './pickle.ts'
import { NumpyArray, numpyCalls } from './pickle-numpy.ts'
import { pythonCalls } from './pickle-python.ts'
import type { PickleValue } from './pickle-values.ts'
import { Place, type WeightFile } from './weight-file.ts'

type Dict = Map<PickleValue, PickleValue>

/** Shape and parts of each array that protocols 2 and 3 have in parts, by key. The spelling is PaddlePaddle's. */
const PARTS = 'UnpackBigParamInfor@@'

/**
 * Reads what `paddle.save` of PaddlePaddle 2 and 3 made of a state dict: a pickled dict whose values are NumPy arrays, or
 * pairs of a name and an array. Arrays that were split are put together. The table of the names that parameters have inside
 * PaddlePaddle, `StructuredToParameterName@@`, is left out.
 */
export function decodePdparams(file: WeightFile): NamedArrays {
  const { value, end } = unpickle(file, 0, { calls: { ...pythonCalls, ...numpyCalls(true) } })
  const place = new Place(file, end)
  const dict = findArrays(value, (item) => arrayOf(item) !== undefined, place)
  const joined = joinParts(dict, place)
  const arrays = { ...arraysOf(dict, (value) => arrayOf(value)?.decode()), ...joined }
  return { arrays, metadata: factsOf(value) }
}

/** An array by itself or in a pair with a name. */
function arrayOf(value: PickleValue | undefined): NumpyArray | undefined {
  if (value instanceof NumpyArray) return value
  if (!Array.isArray(value) || value.length !== 2) return undefined
  const [name, array] = value
  return typeof name === 'string' && array instanceof NumpyArray ? array : undefined
}

/** Takes the parts of split arrays out of a dict and gives the arrays. */
function joinParts(dict: Dict, place: Place): StateDict {
  const table = dict.get(PARTS) ?? new Map()
  dict.delete(PARTS)
  if (!(table instanceof Map)) return place.fail(`${PARTS} is not a dict`)
  const joined: [string, ArrayRecord][] = []
  for (const [key, facts] of table) {
    const shape = facts instanceof Map ? facts.get('OriginShape') : undefined
    const names = facts instanceof Map ? facts.get('slices') : undefined
    if (typeof key !== 'string') return place.fail(`${PARTS} has a key that is not text`)
    if (!isSizes(shape) || !Array.isArray(names)) return place.fail(`${PARTS} lacks a shape or parts of '${key}'`)
    const parts = names.map((name) => {
      const part = arrayOf(dict.get(name))
      dict.delete(name)
      return part ?? place.fail(`a part of '${key}' is missing`)
    })
    joined.push([key, join(parts, shape, place)])
  }
  return Object.fromEntries(joined)
}

/** Copies parts one after the other into one array, so that no more than one part is held twice. */
function join(parts: readonly NumpyArray[], shape: readonly number[], place: Place): ArrayRecord {
  const count = elementCount(shape)
  const found = parts.reduce((sum, part) => sum + part.count, 0)
  if (found !== count || parts.length === 0)
    place.fail(`parts have ${found} elements in all, the shape [${shape}] ${count}`)
  place.file.allocate(place.offset, 4 * count)
  let data: ArrayRecord['data'] | undefined
  let end = 0
  for (const part of parts) {
    const { data: values } = part.read()
    data ??= new (values.constructor as new (count: number) => ArrayRecord['data'])(count)
    if (data.constructor !== values.constructor) place.fail('parts of an array are of several types')
    data.set(values, end)
    end += values.length
  }
  return { shape, data: data ?? new Float32Array(0) }
}
