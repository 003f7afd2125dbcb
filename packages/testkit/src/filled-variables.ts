import type { StateDict, Variables } from '@clas/core'
import { buffersOf, loadStateDict, type Module, stateDictShapes } from '@clas/nn'
import { fill } from './fill.ts'

/** Variables with the values of the reference models; whole numbers are the model's own. `gain` is that of {@link fill}. */
export function filledVariables(model: Module, gain = 1): Variables {
  const buffers = buffersOf(model)
  const floats = Object.entries(stateDictShapes(model, 'paddle')).filter(([key]) => buffers[key]?.dtype !== 'int32')
  const arrays: StateDict = Object.fromEntries(
    floats.map(([key, shape]) => [key, { shape, data: fill(key, shape, gain) }]),
  )
  return loadStateDict(model, arrays, { layout: 'paddle' })
}
