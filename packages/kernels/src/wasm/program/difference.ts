import { util } from '@tensorflow/tfjs-core'
import type { Constant } from './constant.ts'
import type { TracedCall, TracedProgram, Value, View } from './trace.ts'

/**
 * How two programs differ, in words; undefined where they do the same.
 *
 * @param bytesOf - the data of a constant
 */
export function programDifference(
  before: TracedProgram,
  now: TracedProgram,
  bytesOf: (constant: Constant) => ArrayBufferView,
): string | undefined {
  const [was, is] = [new Names(before), new Names(now)]
  const viewDifference = (a: View, b: View): string | undefined => {
    const [left, right] = [before.constants.get(a.value), now.constants.get(b.value)]
    const [first, second] = [describe(a), describe(b)]
    if (!left || !right)
      return was.of(a.value) === is.of(b.value) && first === second ? undefined : 'it came from elsewhere'
    if (first !== second) return `a constant ${first}, then ${second}`
    if (left.dataId === right.dataId || sameBytes(bytesOf(left), bytesOf(right))) return undefined
    return `the values of a constant ${first}; what changes from call to call must be an input, or made by hostTensor`
  }
  const callDifference = (a: TracedCall, b: TracedCall, where: string): string | undefined => {
    if (a.name !== b.name) return `two runs of the step did not do the same: ${where} was ${a.name}, then ${b.name}`
    const attributes = attributeDifference(a.attributes, b.attributes)
    if (attributes !== undefined) return `the attribute ${attributes} of ${a.name} (${where}) differs from run to run`
    const [given, other] = [[...a.inputs], [...b.inputs]]
    if (given.length !== other.length) return `${a.name} (${where}) took ${given.length} tensors, then ${other.length}`
    for (const [i, [name, view]] of given.entries()) {
      const [otherName, otherView] = other[i] as [string, View]
      const difference = name === otherName ? viewDifference(view, otherView) : `it is called ${otherName}`
      if (difference !== undefined) return `the input ${name} of ${a.name} (${where}) differs: ${difference}`
    }
    const shapes = ({ outputs }: TracedCall): string =>
      outputs.map((output) => (output ? describe(output) : '-')).join()
    return shapes(a) === shapes(b) ? undefined : `${a.name} (${where}) gave tensors of other shapes or types`
  }
  for (let i = 0; i < Math.min(before.calls.length, now.calls.length); i++) {
    const [a, b] = [before.calls[i] as TracedCall, now.calls[i] as TracedCall]
    const difference = callDifference(a, b, `kernel ${i + 1}`)
    if (difference !== undefined) return difference
  }
  if (before.calls.length !== now.calls.length) {
    return `two runs of the step did not do the same: ${before.calls.length} kernels, then ${now.calls.length}`
  }
  const inputs = ({ inputs }: TracedProgram): string => inputs.map(({ size, dtype }) => `${dtype} ${size}`).join()
  if (inputs(before) !== inputs(now)) return 'two runs of the step were given tensors of other shapes or types'
  if (before.outputs.length !== now.outputs.length) return 'two runs of the step did not return as many tensors'
  for (const [i, output] of before.outputs.entries()) {
    const difference = viewDifference(output, now.outputs[i] as View)
    if (difference !== undefined) return `two runs of the step returned different things: ${difference}`
  }
  return undefined
}

/** Says where values come from, in the same words for the same place. */
class Names {
  readonly #names = new Map<Value, string>()

  constructor({ inputs, calls }: TracedProgram) {
    for (const [i, call] of calls.entries()) {
      for (const [j, output] of call.outputs.entries()) if (output) this.#names.set(output.value, `call ${i} ${j}`)
    }
    for (const [i, input] of inputs.entries()) this.#names.set(input, `input ${i}`)
  }

  of(value: Value): string | undefined {
    return this.#names.get(value)
  }
}

function attributeDifference(a: object, b: object): string | undefined {
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...names].find((name) => text(left[name]) !== text(right[name]))
}

/** Numbers that JSON has no text for are told apart as well. */
function text(value: unknown): string | undefined {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each)
      ? `${each}`
      : util.isTypedArray(each as object)
        ? Array.from(each as Float32Array)
        : each,
  )
}

function describe({ dtype, shape }: View): string {
  return `${dtype} [${shape.join(', ')}]`
}

function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const [left, right] = [a, b].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  ) as [Uint8Array, Uint8Array]
  return left.length === right.length && left.every((byte, i) => byte === right[i])
}
