import type { Handle } from './runtime.ts'
import type { TracedOperation, TracedProgram, Value } from './trace.ts'

/**
 * Where a program computes again what it has computed, to have kept nothing meanwhile (`gradientCheckpoint`): operations
 * that must wait, each with the one before which they must not run. Without, TensorFlow would find that they are the
 * same and keep the first results, or run them as soon as their inputs are there.
 *
 * Only where a convolution or a matrix product is among what is computed again: all else is not worth to be computed
 * twice.
 *
 * @param contentOf - a text that is the same of constants that are the same
 */
export function recomputations(
  { operations, constants }: TracedProgram,
  contentOf: (constant: Handle) => string,
): ReadonlyMap<number, number> {
  const texts = constants.map(contentOf)
  const originals = numbered(operations, texts, () => false)
  const again = (index: number): boolean => originals[index] !== index
  const wanted = new Set<number>()
  for (let index = operations.length - 1; index >= 0; index--) {
    const { operation, inputs } = operations[index] as TracedOperation
    if (!again(index) || !(wanted.has(index) || HEAVY.test(operation))) continue
    wanted.add(index)
    for (const input of inputs) if ('operation' in input) wanted.add(input.operation)
  }
  const waits = new Map<number, number>()
  let last = -1
  numbered(operations, texts, (index, same) => {
    if (!again(index)) last = index
    else if (same && wanted.has(index)) waits.set(index, last)
    return wanted.has(index)
  })
  return waits
}

const HEAVY = /^(Conv|DepthwiseConv|MatMul|BatchMatMul|Einsum)/

/**
 * Of each operation the first that is the same, with the same inputs: itself where there is none.
 *
 * @param isOwn - whether it is not to be taken for the first; told whether there is one
 */
function numbered(
  operations: readonly TracedOperation[],
  constants: readonly string[],
  isOwn: (index: number, same: boolean) => boolean,
): readonly number[] {
  const known = new Map<string, number>()
  const numbers: number[] = []
  const numberOf = (value: Value): unknown => {
    if ('constant' in value) return constants[value.constant]
    return 'operation' in value ? [numbers[value.operation], value.output] : value
  }
  operations.forEach(({ operation, attributes, inputs }, index) => {
    const key = JSON.stringify([operation, attributes, inputs.map(numberOf)])
    const first = known.get(key)
    if (first === undefined) known.set(key, index)
    const own = isOwn(index, first !== undefined)
    numbers.push(own ? index : (first ?? index))
  })
  return numbers
}
