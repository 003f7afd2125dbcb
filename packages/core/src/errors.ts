/** Codes of the errors that clas throws on purpose. A program decides by the code, a person reads the message. */
export type ErrorCode =
  | 'backend-unavailable'
  | 'backend-not-ready'
  | 'bad-option'
  | 'shape-mismatch'
  | 'unknown-name'
  | 'duplicate-name'
  | 'unknown-path'
  | 'state-dict-mismatch'
  | 'corrupt-file'
  | 'unsafe-file'
  | 'corrupt-image'
  | 'empty-class'
  | 'no-images'
  | 'class-mismatch'
  | 'not-finite'
  | 'run-exists'
  | 'run-missing'
  | 'disk-full'
  | 'out-of-memory'
  | 'io'
  | 'usage'

/**
 * The error that every clas package throws: a code, a message that says what was expected, what was found, where, and
 * what to do, and the same facts as fields.
 *
 * @example
 * ```ts
 * import { ClasError, isClasError } from '@clas/core'
 * const error = new ClasError('bad-option', 'batchSize must be at least 1, found 0', { batchSize: 0 })
 * console.log(isClasError(error), error.code, error.fields)
 * ```
 */
export class ClasError extends Error {
  override readonly name: string = 'ClasError'
  /** What kind of error it is, for programs. */
  readonly code: ErrorCode
  /** The facts of the message, for programs. */
  readonly fields: Readonly<Record<string, unknown>>

  /**
   * @param code - what kind of error it is
   * @param message - what was expected, what was found, where, and what to do
   * @param fields - the same facts by name; default none
   * @param options - `cause`, as of every `Error`
   */
  constructor(
    code: ErrorCode,
    message: string,
    fields: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.code = code
    this.fields = fields
  }
}

/**
 * Whether a caught value is a {@link ClasError}, of this copy of the package or another.
 *
 * @param value - whatever was thrown
 * @example
 * ```ts
 * import { createRegistry, isClasError } from '@clas/core'
 * try {
 *   createRegistry('model').get('ResNet51')
 * } catch (error) {
 *   if (!isClasError(error)) throw error
 *   console.log(error.code, error.fields) // unknown-name
 * }
 * ```
 */
export function isClasError(value: unknown): value is ClasError {
  return value instanceof Error && value.name === 'ClasError' && 'code' in value
}
