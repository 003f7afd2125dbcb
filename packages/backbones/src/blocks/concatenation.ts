import { inOrder, type Module, module } from '@clas/nn'
import { concat } from '@tensorflow/tfjs-core'

/** Modules one after the other, and the channels of the input and of all their outputs side by side. Keys: `0`, `1`, …. */
export function concatenation(steps: readonly Module[]): Module {
  const parts = Object.fromEntries(steps.map((step, i) => [String(i), step]))
  return module(
    parts,
    (bound, x) => {
      const outputs = [x]
      for (const name of Object.keys(parts)) outputs.push(inOrder(bound, [name], outputs.at(-1) ?? x))
      return concat(outputs, 3)
    },
    'concatenation',
  )
}
