import { type ArrayRecord, elementSize } from '@clas/core'
import { decodeArray, elementCount, fortranOrder, isSizes } from './decode-array.ts'
import { numpyType } from './numpy-types.ts'
import type { PickleCall } from './pickle-machine.ts'
import { named } from './pickle-python.ts'
import { bytesOf, PickleObject, type PickleValue } from './pickle-values.ts'
import type { Place } from './weight-file.ts'

/** A NumPy type: its name, and its byte order, which comes later. */
class NumpyType extends PickleObject {
  readonly name: string
  #order = ''

  constructor(name: string) {
    super()
    this.name = name
  }

  get description(): string {
    return this.#order + this.name
  }

  /** (version, byte order, …); what follows is for types that are not numbers. */
  override setState(state: PickleValue, place: Place): void {
    const order = Array.isArray(state) ? state[1] : undefined
    if (typeof order !== 'string') place.fail("expected a type's byte order")
    this.#order = order
  }
}

/** A NumPy array, whose elements stay in the file until they are asked for. */
export class NumpyArray extends PickleObject {
  #state: PickleValue[] = []
  #place: Place
  readonly #halves: boolean
  #record: ArrayRecord | undefined

  constructor(halves: boolean, place: Place) {
    super()
    this.#place = place
    this.#halves = halves
  }

  /** (version, shape, type, whether Fortran's order, bytes). */
  override setState(state: PickleValue, place: Place): void {
    if (!Array.isArray(state) || state.length !== 5) place.fail("expected an array's five facts")
    this.#state = state
    this.#place = place
  }

  /** Its elements: copied once, however often they are asked for. */
  decode(): ArrayRecord {
    this.#record ??= this.read()
    return this.#record
  }

  /** How many elements it has. */
  get count(): number {
    const [, shape] = this.#state
    return isSizes(shape) ? elementCount(shape) : Number.NaN
  }

  /** A copy of its elements. */
  read(): ArrayRecord {
    const place: Place = this.#place
    const [, shape, type, fortran, data] = this.#state
    if (!isSizes(shape) || !(type instanceof NumpyType) || data === undefined) {
      return place.fail('an array lacks its shape, type or bytes')
    }
    const found = numpyType(type.description, place)
    const elements = this.#halves && found === 'uint16' ? 'bfloat16' : found
    const bytes = bytesOf(data, elementCount(shape) * elementSize(elements), place)
    const strides = fortran === true ? fortranOrder(shape) : undefined
    return decodeArray(place, { type: elements, bytes, start: 0, shape, ...(strides && { strides }) })
  }
}

/**
 * The names that NumPy's arrays need, of NumPy 1 and 2.
 *
 * @param halves - whether arrays of uint16 hold bfloat16, as PaddlePaddle has it
 */
export function numpyCalls(halves: boolean): Readonly<Record<string, PickleCall>> {
  const reconstruct: PickleCall = (_, place) => new NumpyArray(halves, place)
  const scalar: PickleCall = ([type = null, bytes = null], place) => {
    const array = new NumpyArray(halves, place)
    array.setState([1, [], type, false, bytes], place)
    return array
  }
  return {
    'numpy.core.multiarray._reconstruct': reconstruct,
    'numpy._core.multiarray._reconstruct': reconstruct,
    'numpy.core.multiarray.scalar': scalar,
    'numpy._core.multiarray.scalar': scalar,
    'numpy.ndarray': named,
    'numpy.dtype': ([name], place) =>
      typeof name === 'string' ? new NumpyType(name) : place.fail('expected the name of a type'),
  }
}
