import type { Attributes, Handle } from './runtime.ts'

/** One operation that ran. */
export interface RecordedOperation {
  readonly operation: string
  readonly attributes: Attributes
  readonly inputs: readonly Handle[]
  readonly outputs: readonly Handle[]
}

/** Where a tensor of a program comes from. */
export type Value =
  | { readonly input: number }
  | { readonly constant: number }
  | { readonly operation: number; readonly output: number }

/** One operation of a program. */
export interface TracedOperation {
  readonly operation: string
  readonly attributes: Attributes
  readonly inputs: readonly Value[]
  /** How many. */
  readonly outputs: number
}

/** A program: operations in an order in which they can run. */
export interface TracedProgram {
  /** An input without a shape may be of any. */
  readonly inputs: readonly { readonly type: number; readonly shape?: readonly number[] }[]
  readonly constants: readonly Handle[]
  readonly operations: readonly TracedOperation[]
  readonly outputs: readonly Value[]
}

/**
 * Makes a program of what ran: what no output depends on is left out, and what is neither an input nor the result of an
 * operation is a constant.
 *
 * @param inputs - tensors that are given at each call; of one that is there twice the first counts
 */
export function traceOf(
  ran: readonly RecordedOperation[],
  inputs: readonly Handle[],
  outputs: readonly Handle[],
): TracedProgram {
  const live = liveOperations(ran, new Set(inputs), outputs)
  const values = new Map<Handle, Value>()
  live.forEach(({ outputs: results }, operation) => {
    results.forEach((result, output) => {
      values.set(result, { operation, output })
    })
  })
  // An input is what the caller gives, even where it came of a recorded operation.
  for (let input = inputs.length - 1; input >= 0; input--) values.set(inputs[input] as Handle, { input })
  const constants: Handle[] = []
  const find = (handle: Handle): Value => {
    const known = values.get(handle)
    if (known) return known
    const value = { constant: constants.push(handle) - 1 }
    values.set(handle, value)
    return value
  }
  const operations = live.map(({ operation, attributes, inputs: taken, outputs: { length } }) => {
    return { operation, attributes, inputs: taken.map(find), outputs: length }
  })
  return {
    inputs: inputs.map(({ type, shape }) => ({ type, shape })),
    operations,
    outputs: outputs.map(find),
    constants,
  }
}

function liveOperations(
  ran: readonly RecordedOperation[],
  inputs: ReadonlySet<Handle>,
  outputs: readonly Handle[],
): readonly RecordedOperation[] {
  const needed = new Set(outputs.filter((output) => !inputs.has(output)))
  const live = ran.toReversed().filter(({ outputs: results, inputs: taken }) => {
    if (!results.some((result) => needed.has(result))) return false
    for (const handle of taken) if (!inputs.has(handle)) needed.add(handle)
    return true
  })
  return live.reverse()
}
