import { ClasError } from '@clas/core'

/** The error for a command line that can't be read: exit code 2. */
export function usageError(message: string, fields: Readonly<Record<string, unknown>> = {}): ClasError {
  return new ClasError('usage', message, fields)
}
