import type { ElementType } from '@clas/core'
import type { Place } from './weight-file.ts'

const TYPES: Readonly<Record<string, ElementType>> = {
  f8: 'float64',
  f4: 'float32',
  f2: 'float16',
  i8: 'int64',
  u8: 'uint64',
  i4: 'int32',
  u4: 'uint32',
  i2: 'int16',
  u2: 'uint16',
  i1: 'int8',
  u1: 'uint8',
  b1: 'bool',
}

/**
 * The type that NumPy's description of one stands for.
 *
 * @param description - byte order and type, such as `<f4` or `|b1`
 * @param place - of the description, for messages
 */
export function numpyType(description: string, place: Place): ElementType {
  const [, order = '', name = ''] = /^([<>|=]?)(.*)$/s.exec(description) ?? []
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
  if (type === undefined || (order === '>' && !name.endsWith('1'))) {
    return place.fail(`found the type '${description}'; ${Object.keys(TYPES).join(', ')} are read, low byte first`)
  }
  return type
}
