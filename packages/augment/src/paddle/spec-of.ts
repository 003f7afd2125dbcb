import type { TransformSpec } from '../transform.ts'

/** A spec without the options that are undefined. */
export function specOf(name: string, options: Readonly<Record<string, unknown>> = {}): TransformSpec {
  return { name, options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) }
}
