import type { Handle } from './runtime.ts'
import { typeName } from './tensor-data.ts'
import type { TracedProgram, Value } from './trace.ts'

/**
 * How two programs differ, in words; undefined where they do the same.
 *
 * @param bytesOf - the data of a constant
 */
export function traceDifference(
  before: TracedProgram,
  now: TracedProgram,
  bytesOf: (handle: Handle) => ArrayBufferView,
): string | undefined {
  for (let i = 0; i < Math.min(before.operations.length, now.operations.length); i++) {
    const difference = operationDifference(before, now, i, bytesOf)
    if (difference !== undefined) return difference
  }
  if (before.operations.length !== now.operations.length) {
    return `two runs of the step did not do the same: ${before.operations.length} operations, then ${now.operations.length}`
  }
  if (!same(before.inputs, now.inputs)) return 'two runs of the step were given tensors of other shapes or types'
  if (before.outputs.length !== now.outputs.length) return 'two runs of the step did not return as many tensors'
  for (let i = 0; i < before.outputs.length; i++) {
    const difference = valueDifference(before, now, before.outputs[i], now.outputs[i], bytesOf)
    if (difference !== undefined) return `two runs of the step returned different things: ${difference}`
  }
  return undefined
}

function operationDifference(
  before: TracedProgram,
  now: TracedProgram,
  index: number,
  bytesOf: (handle: Handle) => ArrayBufferView,
): string | undefined {
  const [a, b] = [before.operations[index], now.operations[index]]
  if (!a || !b) return undefined
  const where = `operation ${index + 1}`
  if (a.operation !== b.operation) {
    return `two runs of the step did not do the same: ${where} was ${a.operation}, then ${b.operation}`
  }
  for (const name of new Set([...Object.keys(a.attributes), ...Object.keys(b.attributes)])) {
    const [was, is] = [JSON.stringify(a.attributes[name]), JSON.stringify(b.attributes[name])]
    if (was !== is) return `the attribute ${name} of ${a.operation} (${where}) was ${was}, then ${is}`
  }
  if (a.inputs.length !== b.inputs.length) {
    return `${a.operation} (${where}) took ${a.inputs.length} tensors, then ${b.inputs.length}`
  }
  for (let i = 0; i < a.inputs.length; i++) {
    const difference = valueDifference(before, now, a.inputs[i], b.inputs[i], bytesOf)
    if (difference !== undefined) return `input ${i + 1} of ${a.operation} (${where}) differs: ${difference}`
  }
  return undefined
}

function valueDifference(
  before: TracedProgram,
  now: TracedProgram,
  was: Value | undefined,
  is: Value | undefined,
  bytesOf: (handle: Handle) => ArrayBufferView,
): string | undefined {
  const [a, b] = [constantOf(before, was), constantOf(now, is)]
  if (!a || !b) return same(was, is) ? undefined : 'it came from elsewhere'
  if (a === b) return undefined
  const [described, other] = [describe(a), describe(b)]
  if (described !== other) return `a constant ${described}, then ${other}`
  if (sameBytes(bytesOf(a), bytesOf(b))) return undefined
  return `the values of a constant ${described}; what changes from call to call must be an input, or made by hostTensor`
}

function constantOf(program: TracedProgram, value: Value | undefined): Handle | undefined {
  return value && 'constant' in value ? program.constants[value.constant] : undefined
}

function describe({ type, shape }: Handle): string {
  return `${typeName(type)} [${shape.join(', ')}]`
}

/** Plain data, made in the same order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const buffer = ({ buffer: data, byteOffset, byteLength }: ArrayBufferView): Buffer =>
    Buffer.from(data, byteOffset, byteLength)
  return buffer(a).equals(buffer(b))
}
