import { ClasError, isClasError } from '@clas/core'

/** Throws that a transform breaks the contract: which, with what, and how. */
export function broken(transform: string, picture: string, rule: string): never {
  throw new ClasError('bad-option', `${transform} breaks the contract of transforms ${picture}: ${rule}`, {
    transform,
    picture,
    rule,
  })
}

/** What can be written as JSON and read back with nothing lost. */
export function isPlainJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isPlainJson)
  return (
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).every((one) => one === undefined || isPlainJson(one))
  )
}

/** As JSON and back. */
export function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** Whether two values are the same as JSON, where the order of an object's names doesn't count. */
export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  )
}

/** Whether two arrays have the same type and values; NaN is NaN. */
export function sameValues(a: Uint8Array | Float32Array, b: Uint8Array | Float32Array): boolean {
  if (a.constructor !== b.constructor || a.length !== b.length) return false
  // A loop: the arrays are long and there are many.
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i]))) return false
  }
  return true
}

/** Whether all values are finite numbers. */
export function allFinite(values: Uint8Array | Float32Array): boolean {
  if (values instanceof Uint8Array) return true
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
  return true
}

/** Whether an error says in the agreed way that a transform doesn't take such a picture. */
export function isRefusal(error: unknown, names: readonly string[]): boolean {
  if (!isClasError(error) || !['shape-mismatch', 'bad-option'].includes(error.code)) return false
  return names.some((name) => error.message.includes(name))
}
