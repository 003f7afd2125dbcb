import type { Address, Library } from './library.ts'
import type { Attributes } from './runtime.ts'
import type { Status } from './status.ts'

/** The functions that set attributes: eager operations and those of a graph have their own. */
export interface AttributeSetters {
  readonly string: 'TFE_OpSetAttrString' | 'TF_SetAttrString'
  readonly int: 'TFE_OpSetAttrInt' | 'TF_SetAttrInt'
  readonly float: 'TFE_OpSetAttrFloat' | 'TF_SetAttrFloat'
  readonly bool: 'TFE_OpSetAttrBool' | 'TF_SetAttrBool'
  readonly type: 'TFE_OpSetAttrType' | 'TF_SetAttrType'
  readonly ints: 'TFE_OpSetAttrIntList' | 'TF_SetAttrIntList'
  readonly floats: 'TFE_OpSetAttrFloatList' | 'TF_SetAttrFloatList'
  readonly shape: 'TFE_OpSetAttrShape' | 'TF_SetAttrShape'
}

export const EAGER_SETTERS: AttributeSetters = {
  string: 'TFE_OpSetAttrString',
  int: 'TFE_OpSetAttrInt',
  float: 'TFE_OpSetAttrFloat',
  bool: 'TFE_OpSetAttrBool',
  type: 'TFE_OpSetAttrType',
  ints: 'TFE_OpSetAttrIntList',
  floats: 'TFE_OpSetAttrFloatList',
  shape: 'TFE_OpSetAttrShape',
}

export const GRAPH_SETTERS: AttributeSetters = {
  string: 'TF_SetAttrString',
  int: 'TF_SetAttrInt',
  float: 'TF_SetAttrFloat',
  bool: 'TF_SetAttrBool',
  type: 'TF_SetAttrType',
  ints: 'TF_SetAttrIntList',
  floats: 'TF_SetAttrFloatList',
  shape: 'TF_SetAttrShape',
}

/** Sets attributes on an operation that is being made, at `operation`. */
export function setAttributes(
  setters: AttributeSetters,
  library: Library,
  operation: Address,
  attributes: Attributes,
  status: Status,
): void {
  for (const name in attributes) {
    const value = attributes[name]
    if (value === undefined) continue
    if (typeof value === 'string') {
      const bytes = encode(value)
      library[setters.string](operation, name, bytes, bytes.length)
    } else if (typeof value === 'boolean') library[setters.bool](operation, name, value ? 1 : 0)
    else if ('int' in value) library[setters.int](operation, name, value.int)
    else if ('float' in value) library[setters.float](operation, name, value.float)
    else if ('type' in value) library[setters.type](operation, name, value.type)
    else if ('ints' in value) library[setters.ints](operation, name, int64(value.ints), value.ints.length)
    else if ('floats' in value) {
      library[setters.floats](operation, name, Float32Array.from(value.floats), value.floats.length)
    } else {
      library[setters.shape](operation, name, int64(value.shape), value.shape.length, status.address)
      if (setters === EAGER_SETTERS) status.check(`attribute ${name}`)
    }
  }
}

/** As C reads them. Never empty: an empty list has no address. */
export function int64(values: readonly number[]): BigInt64Array {
  const result = new BigInt64Array(Math.max(1, values.length))
  for (let i = 0; i < values.length; i++) result[i] = BigInt(values[i] as number)
  return result
}

/** Texts of attributes are few and come again and again. */
const encoded = new Map<string, Uint8Array>()
const encoder = new TextEncoder()

function encode(text: string): Uint8Array {
  let bytes = encoded.get(text)
  if (!bytes) {
    bytes = encoder.encode(text)
    if (encoded.size < 1000) encoded.set(text, bytes)
  }
  return bytes
}
