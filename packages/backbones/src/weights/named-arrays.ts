import type { ArrayRecord, StateDict } from '@clas/core'
import type { PickleValue } from './pickle-values.ts'
import type { Place } from './weight-file.ts'

/** A dict as Python pickles it. */
export type Dict = ReadonlyMap<PickleValue, PickleValue>

type MutableDict = Map<PickleValue, PickleValue>

/** What a file holds: arrays by name, and texts and numbers (an epoch, a model's name) as text. */
export interface NamedArrays {
  readonly arrays: StateDict
  readonly metadata: Readonly<Record<string, string>>
}

/** Keys under which training scripts keep a state dict beside other things. */
const WRAPPERS = ['state_dict', 'model', 'module']
const DEEPEST_WRAPPER = 3

/**
 * The dict of arrays in what was pickled: the one under `state_dict`, `model` or `module`, the first of these that has
 * arrays, and so on inside it; else what was pickled itself.
 *
 * @param isArray - whether a value stands for an array
 */
export function findArrays(value: PickleValue, isArray: (value: PickleValue) => boolean, place: Place): MutableDict {
  const find = (dict: PickleValue | undefined, deepest: number): MutableDict | undefined => {
    if (!(dict instanceof Map)) return undefined
    for (const key of deepest > 0 ? WRAPPERS : []) {
      const found = find(dict.get(key), deepest - 1)
      if (found) return found
    }
    return [...dict.values()].some(isArray) ? dict : undefined
  }
  return find(value, DEEPEST_WRAPPER) ?? place.fail('its pickle holds no dict of arrays; save a state dict')
}

/**
 * The arrays of a dict, by key.
 *
 * @param decode - gives the array that a value stands for, where it stands for one
 */
export function arraysOf(dict: Dict, decode: (value: PickleValue) => ArrayRecord | undefined): StateDict {
  const found: [string, ArrayRecord][] = []
  for (const [key, value] of dict) {
    const array = typeof key === 'string' || typeof key === 'number' ? decode(value) : undefined
    if (array) found.push([String(key), array])
  }
  return Object.fromEntries(found)
}

/** The texts, numbers and truths of a dict, by key. */
export function factsOf(dict: PickleValue): Readonly<Record<string, string>> {
  if (!(dict instanceof Map)) return {}
  const isFact = (value: PickleValue): boolean => ['string', 'number', 'boolean'].includes(typeof value)
  const facts = [...dict].filter(([key, value]) => typeof key === 'string' && isFact(value))
  return Object.fromEntries(facts.map(([key, value]) => [String(key), String(value)]))
}
