import { type ArrayRecord, ClasError, type StateDict } from '@clas/core'
import { stateDictShapes } from '@clas/nn'
import type { Model } from '../../model.ts'
import { type NameMap, placesOf } from './name-map.ts'
import { RESNETS } from './resnet.ts'
import { TIMM } from './timm.ts'
import { TORCHVISION } from './torchvision.ts'

const MAPS: readonly NameMap[] = [...RESNETS, ...TORCHVISION, ...TIMM]

/**
 * Gives arrays of PyTorch the keys of a model: torchvision's and timm's by the maps of the families that are the same
 * there, others' by BatchNorm's statistics alone, as official repositories have the names that PaddleClas took over.
 *
 * @param model - what they are for
 * @param stateDict - as the file has it
 * @returns undefined where nothing says that the file is PyTorch's
 * @throws `state-dict-mismatch` where the model was made without an option that the file's architecture wants
 */
export function renameKeys(model: Model, stateDict: StateDict): StateDict | undefined {
  const keys = Object.keys(stateDict)
  const map = MAPS.find(({ models, sign }) => models.test(model.name) && has(stateDict, sign))
  if (!map && !keys.some((key) => key.endsWith('.running_mean'))) return undefined
  checkSettings(model, map?.settings ?? {})
  const shapes = stateDictShapes(model, 'torch')
  const places = placesOf(keys)
  const arrays: Record<string, ArrayRecord> = {}
  for (const [key, array] of Object.entries(stateDict)) {
    if (key.endsWith('.num_batches_tracked')) continue
    const renamed = map ? map.rename(key, places) : key
    const name = renamed.replace(/\.running_mean$/, '._mean').replace(/\.running_var$/, '._variance')
    arrays[name] = withAxesOf(array, shapes[name])
  }
  return arrays
}

function has(stateDict: StateDict, sign: NameMap['sign']): boolean {
  return typeof sign === 'string' ? sign in stateDict : sign(stateDict)
}

/** Weights would fit a model with other settings, and give other logits, or not fit and not say why. */
function checkSettings({ name, settings }: Model, wanted: NonNullable<Model['settings']>): void {
  const options = Object.entries(wanted).filter(([option, value]) => settings?.[option] !== value)
  if (options.length === 0) return
  const list = options
    .map(([option, value]) => `${option}: ${typeof value === 'string' ? `'${value}'` : value}`)
    .join(', ')
  throw new ClasError(
    'state-dict-mismatch',
    `the file has weights of another library, whose ${name} differs from PaddleClas's: make the model with ${name}({ ${list} })`,
    { model: name, expected: wanted, found: settings },
  )
}

/** The array with other axes of length 1, as linear layers differ from convolutions of one pixel. */
function withAxesOf(array: ArrayRecord, shape: readonly number[] | undefined): ArrayRecord {
  if (!shape || shape.length === array.shape.length) return array
  const long = (sizes: readonly number[]): string => sizes.filter((size) => size !== 1).join()
  return long(shape) === long(array.shape) ? { shape, data: array.data } : array
}
