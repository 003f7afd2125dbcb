import { ClasError } from '@clas/core'

/** A file that is being read: its bytes, its errors, and how much memory may be taken for what it says. */
export class WeightFile {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** For messages. */
  readonly name: string
  readonly #allowance: { left: number }

  /** @param whole - the file that the bytes are a part of, whose allowance they share; default none */
  constructor(bytes: Uint8Array, name: string, whole?: WeightFile) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.name = name
    this.#allowance = whole ? whole.#allowance : { left: SMALLEST_ALLOWANCE + LARGEST_GROWTH * bytes.length }
  }

  /** Throws `corrupt-file`. */
  corrupt(offset: number, problem: string): never {
    throw new ClasError('corrupt-file', `${this.name} can't be read: at byte ${offset}, ${problem}`, {
      file: this.name,
      offset,
      problem,
    })
  }

  /** Throws `unsafe-file`. */
  unsafe(offset: number, problem: string): never {
    throw new ClasError('unsafe-file', `${this.name} isn't safe to read: at byte ${offset}, ${problem}`, {
      file: this.name,
      offset,
      problem,
    })
  }

  /** Throws `corrupt-file` unless the file has the bytes. */
  need(offset: number, size: number, what: string): void {
    if (!(offset >= 0 && size >= 0 && offset + size <= this.bytes.length)) {
      this.corrupt(offset, `${what} needs ${size} bytes, the file has ${this.bytes.length} in all`)
    }
  }

  /** A text in UTF-8. */
  text(from: number, to: number): string {
    return UTF_8.decode(this.bytes.subarray(from, to))
  }

  /** Counts bytes of arrays before they are made. Arrays that are many views of few bytes would take all memory. */
  allocate(offset: number, size: number): void {
    this.#allowance.left -= size
    if (this.#allowance.left >= 0) return
    this.unsafe(offset, `its arrays would take more than ${LARGEST_GROWTH} times the memory of what is in the file`)
  }

  /** Adds bytes that were unpacked from the file to what arrays can be made of. */
  unpacked(size: number): void {
    this.#allowance.left += LARGEST_GROWTH * size
  }
}

/** A place in a file, which something is wrong with. */
export class Place {
  readonly file: WeightFile
  readonly offset: number
  readonly #doing: string

  /** @param doing - what the file is read for there, ahead of what is wrong; default nothing */
  constructor(file: WeightFile, offset: number, doing = '') {
    this.file = file
    this.offset = offset
    this.#doing = doing
  }

  /** Throws `corrupt-file`. */
  fail(problem: string): never {
    this.file.corrupt(this.offset, `${this.#doing}${problem}`)
  }
}

const UTF_8 = new TextDecoder('utf-8', { ignoreBOM: true })
const LARGEST_GROWTH = 16
const SMALLEST_ALLOWANCE = 65_536
