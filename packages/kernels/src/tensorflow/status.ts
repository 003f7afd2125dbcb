import { ClasError } from '@clas/core'
import type { Address, Library } from './library.ts'

/** TF_Code. */
const OK = 0
const RESOURCE_EXHAUSTED = 8

/** The one TF_Status of a runtime: functions that may fail write into it. */
export class Status {
  readonly address: Address
  readonly #library: Library

  constructor(library: Library) {
    this.#library = library
    this.address = library.TF_NewStatus()
  }

  /**
   * Throws what the last function wrote, if it failed.
   *
   * @param what - what was tried: the name of an operation, or in words
   * @param describe - what it was tried on; called only for an error
   */
  check(what: string, describe?: () => string): void {
    const code = this.#library.TF_GetCode(this.address)
    if (code === OK) return
    const reason = this.#library.TF_Message(this.address)
    const on = describe ? ` (${describe()})` : ''
    const kind = code === RESOURCE_EXHAUSTED ? 'out-of-memory' : 'bad-option'
    throw new ClasError(kind, `TensorFlow's ${what} failed: ${reason}${on}`, { operation: what, code, reason })
  }
}
