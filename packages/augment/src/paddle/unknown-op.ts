import { type ClasError, unknownName } from '@clas/core'

/** The error for an op that PaddleClas doesn't have, or that has no counterpart here. */
export function unknownOp(kind: string, name: string, known: readonly string[]): ClasError {
  return unknownName(`${kind} of PaddleClas`, name, known)
}
