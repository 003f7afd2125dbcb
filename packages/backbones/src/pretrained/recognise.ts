import type { ArrayRecord, StateDict } from '@clas/core'
import { type StateDictLayout, stateDictShapes } from '@clas/nn'
import type { Model } from '../model.ts'
import { renameKeys } from './name-maps/rename-keys.ts'

/** Arrays under a model's keys, and how their axes are ordered. */
export interface Recognised {
  readonly arrays: StateDict
  readonly layout: StateDictLayout
}

/**
 * Finds whose keys and layout a file has: clas's own, or a checkpoint's of training; PaddlePaddle's; torchvision's or
 * timm's for the models that are the same there, some with an option of the factory. Keys of others stay as they are.
 *
 * @param model - whose keys are wanted
 * @param stateDict - as the file has it
 * @param layout - of the arrays; default that in which most shapes fit
 * @throws `state-dict-mismatch` with the option that the model must be made with
 */
export function recogniseStateDict(model: Model, stateDict: StateDict, layout?: StateDictLayout): Recognised {
  const arrays = withoutCheckpointPrefix(stateDict)
  const renamed = renameKeys(model, arrays)
  if (renamed) return { arrays: renamed, layout: layout ?? 'torch' }
  return { arrays, layout: layout ?? layoutOf(model, arrays) }
}

/** The variables of a checkpoint of training, which holds an optimizer's state besides. */
function withoutCheckpointPrefix(stateDict: StateDict): StateDict {
  if (!Object.keys(stateDict).some((key) => key.startsWith('params/'))) return stateDict
  return Object.fromEntries(
    Object.entries(stateDict).flatMap(([key, array]): [string, ArrayRecord][] => {
      const [, name] = /^(?:params|buffers)\/(.*)$/.exec(key) ?? []
      return name === undefined ? [] : [[name, array]]
    }),
  )
}

/** The layout in which most shapes fit. Where several fit alike, their arrays are the same for this model. */
function layoutOf(model: Model, arrays: StateDict): StateDictLayout {
  const fitting = (layout: StateDictLayout): number =>
    Object.entries(stateDictShapes(model, layout)).filter(([key, shape]) => {
      const found = arrays[key]?.shape
      return found?.length === shape.length && found.every((size, i) => size === shape[i])
    }).length
  const layouts: readonly StateDictLayout[] = ['clas', 'paddle', 'torch']
  return layouts.reduce((best, layout) => (fitting(layout) > fitting(best) ? layout : best))
}
