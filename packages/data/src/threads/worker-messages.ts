import type { Image, TransformSpec } from '@clas/augment'
import { ClasError, type ErrorCode, isClasError } from '@clas/core'
import type { BatchJob, PictureTimes } from './pool.ts'

/** From the main thread. */
export type Request =
  | {
      readonly kind: 'accepts'
      readonly id: number
      readonly transforms: readonly TransformSpec[]
      readonly batchTransform: TransformSpec | undefined
    }
  | { readonly kind: 'batch'; readonly id: number; readonly job: BatchJob; readonly counters: Int32Array }

/** To the main thread. */
export type Reply =
  | { readonly id: number; readonly accepted: boolean }
  | { readonly id: number; readonly part: BatchPart }

/** What one thread did of a job. */
export interface BatchPart {
  readonly images: readonly { readonly place: number; readonly image: Image }[]
  readonly failures: readonly { readonly place: number; readonly error: CrossingError }[]
  readonly transformed: boolean
  readonly times: PictureTimes
}

/** A job's counters, in memory that its threads share: what they decide among themselves needs no message. */
export const COUNTERS = {
  /** The next picture that a thread may take. */
  next: 0,
  /** Pictures that are not done. */
  left: 1,
  /** Pictures that are not in their places. */
  missing: 2,
} as const

/** What a thread is at, in memory that the main thread sees even when the thread is dead. */
export const AT = {
  /** Goes on with each step, so that a thread that is stuck is told from one that works. */
  steps: 0,
  /** The job's id; -1 between pictures. */
  job: 1,
  /** Which of the job's pictures. */
  picture: 2,
} as const

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
