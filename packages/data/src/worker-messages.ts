import type { Image, TransformSpec } from '@clas/augment'
import { ClasError, type ErrorCode, isClasError } from '@clas/core'
import type { SampleJob } from './pool.ts'

/** From the main thread. `cancel` drops the job of that id if it has not started. */
export type Request =
  | { readonly kind: 'accepts'; readonly id: number; readonly transforms: readonly TransformSpec[] }
  | { readonly kind: 'load'; readonly id: number; readonly job: SampleJob }
  | { readonly kind: 'cancel'; readonly id: number }

/** To the main thread. */
export type Reply =
  | { readonly id: number; readonly value: boolean | Image }
  | { readonly id: number; readonly error: CrossingError }
  | { readonly id: number; readonly cancelled: true }

/** An error as plain data: classes don't cross threads. */
export interface CrossingError {
  readonly code?: ErrorCode
  readonly message: string
  readonly fields?: Readonly<Record<string, unknown>>
  readonly stack?: string
}

/** Takes an error apart for another thread. */
export function packError(error: unknown): CrossingError {
  if (!(error instanceof Error)) return { message: String(error) }
  const stack = error.stack !== undefined ? { stack: error.stack } : {}
  // By way of JSON, as fields of an app's own errors might not be cloneable.
  if (isClasError(error))
    return { code: error.code, message: error.message, fields: JSON.parse(JSON.stringify(error.fields)), ...stack }
  return { message: error.message, ...stack }
}

/** Makes the error anew; the stack is that of the thread where it was thrown. */
export function unpackError({ code, message, fields, stack }: CrossingError): Error {
  const error = code ? new ClasError(code, message, fields) : new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}
