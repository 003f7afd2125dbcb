/** What is wrong with the bytes of a picture. Who knows the file's name makes a `corrupt-image` of it. */
export class Damage extends Error {}

/** Throws {@link Damage}. */
export function damage(expected: string, found: string): never {
  throw new Damage(`expected ${expected}, found ${found}`)
}

/** Numbers from bytes, never from outside them: reading past the end throws {@link Damage}. */
export class BoundedView {
  readonly length: number
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #littleEndian: boolean

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.length = bytes.length
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#littleEndian = littleEndian
  }

  u8(at: number): number {
    this.#check(at, 1)
    return this.#view.getUint8(at)
  }

  u16(at: number): number {
    this.#check(at, 2)
    return this.#view.getUint16(at, this.#littleEndian)
  }

  u24(at: number): number {
    const low = this.u16(this.#littleEndian ? at : at + 1)
    return low + this.u8(this.#littleEndian ? at + 2 : at) * 65536
  }

  u32(at: number): number {
    this.#check(at, 4)
    return this.#view.getUint32(at, this.#littleEndian)
  }

  i32(at: number): number {
    this.#check(at, 4)
    return this.#view.getInt32(at, this.#littleEndian)
  }

  /** Bytes as characters, for tags such as `IHDR`. */
  ascii(at: number, length: number): string {
    this.#check(at, length)
    return String.fromCharCode(...this.#bytes.subarray(at, at + length))
  }

  slice(at: number, length: number): Uint8Array {
    this.#check(at, length)
    return this.#bytes.subarray(at, at + length)
  }

  #check(at: number, length: number): void {
    if (at >= 0 && at + length <= this.length) return
    damage(`${length} bytes at offset ${at}`, `the end of the file at ${this.length}`)
  }
}

/** Whether bytes hold the characters at an offset. */
export function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  if (at + text.length > bytes.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}

/** Arrays one after the other in one. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  if (first && parts.length === 1) return first
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
