/** A value of Thrift's compact protocol, as Parquet has it: lists and structs nest. */
export type ThriftValue = boolean | number | Uint8Array | readonly ThriftValue[] | ThriftStruct

/** The fields of a struct by their numbers. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>

/** What is wrong with bytes, and where, from the beginning of what is read. */
export class Malformed extends Error {
  readonly offset: number

  constructor(problem: string, offset: number) {
    super(problem)
    this.offset = offset
  }
}

// Parquet's own structs nest five deep.
const DEEPEST = 16

/**
 * Reads one struct of Thrift's compact protocol. A list has no more elements than bytes are left, so what is read is never
 * larger than the bytes by more than a constant.
 *
 * @returns the struct, and where the bytes go on
 * @throws {@link Malformed} where it isn't one
 */
export function readThrift(bytes: Uint8Array, start: number): { readonly struct: ThriftStruct; readonly end: number } {
  let at = start

  const fail = (problem: string): never => {
    throw new Malformed(problem, at)
  }

  const byte = (): number => bytes[at++] ?? fail('the bytes end inside a description')

  const unsigned = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const next = byte()
      value += (next & 127) * scale
      if (!Number.isSafeInteger(value)) fail('a number is too large')
      if (next < 128) return value
      if (scale > 2 ** 56) fail('a number does not end')
    }
  }

  const signed = (): number => {
    const value = unsigned()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  const binary = (): Uint8Array => {
    const length = unsigned()
    if (length > bytes.length - at) fail(`${length} bytes of text go beyond the end`)
    at += length
    return bytes.subarray(at - length, at)
  }

  const list = (depth: number): ThriftValue[] => {
    const head = byte()
    const length = head >> 4 === 15 ? unsigned() : head >> 4
    if (length > bytes.length - at) fail(`a list of ${length} elements goes beyond the end`)
    const kind = head & 15
    return Array.from({ length }, () => (kind === 1 || kind === 2 ? byte() === 1 : value(kind, depth)))
  }

  const value = (kind: number, depth: number): ThriftValue => {
    if (kind === 1 || kind === 2) return kind === 1
    if (kind === 3) return (byte() << 24) >> 24
    if (kind >= 4 && kind <= 6) return signed()
    if (kind === 7) {
      if (bytes.length - at < 8) fail('the bytes end inside a number')
      at += 8
      return new DataView(bytes.buffer, bytes.byteOffset + at - 8, 8).getFloat64(0, true)
    }
    if (kind === 8) return binary()
    if (kind === 9) return list(depth + 1)
    if (kind === 12) return struct(depth + 1)
    return fail(`there is no kind of value ${kind}`)
  }

  const struct = (depth: number): ThriftStruct => {
    if (depth > DEEPEST) fail('a description is nested too deep')
    const fields = new Map<number, ThriftValue>()
    for (let number = 0; ; ) {
      const head = byte()
      if (head === 0) return fields
      number = head >> 4 === 0 ? signed() : number + (head >> 4)
      fields.set(number, value(head & 15, depth))
    }
  }

  return { struct: struct(0), end: at }
}

/** A field that is a whole number of at least 0. */
export function numberField(struct: ThriftStruct, field: number, what: string): number {
  const value = struct.get(field)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new Malformed(`${what} is no number of at least 0`, 0)
}

/** A field that is a list of structs. */
export function structsField(struct: ThriftStruct, field: number, what: string): ThriftStruct[] {
  const value = struct.get(field)
  if (Array.isArray(value) && value.every((element) => element instanceof Map)) return value
  throw new Malformed(`${what} is no list`, 0)
}

/** A field that is a struct. */
export function structField(struct: ThriftStruct, field: number, what: string): ThriftStruct {
  const value = struct.get(field)
  if (value instanceof Map) return value
  throw new Malformed(`${what} is missing`, 0)
}

/** Text of UTF-8. */
export function textOf(value: ThriftValue | undefined, what: string): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  throw new Malformed(`${what} is no text`, 0)
}
