import { badOption } from '../options.ts'
import { IMAGENET, IMAGENET_V0, type SubPolicy } from './auto-augment-policies.ts'
import type { Levels } from './levels.ts'
import type { MixtureShape } from './mixture.ts'
import type { Operation } from './operations.ts'
import { RAND_OPERATIONS, THREE_OPERATIONS, THREE_WEIGHTS, WEIGHTS, WEIGHTS_0, type Weights } from './timm-choices.ts'
import { FEWER_BITS_LEVELS, INCREASING_LEVELS, ORIGINAL_LEVELS, THREE_LEVELS, TIMM_LEVELS } from './timm-levels.ts'

/** How the magnitude of each operation is drawn. */
export interface MagnitudeNoise {
  /** Of the normal distribution about the magnitude; Infinity for a uniform one from 0 to the magnitude. */
  readonly deviation: number
  /** Magnitudes are cut off here. */
  readonly most: number
}

/** What a string of timm's form says. */
export type TimmConfig = { readonly noise: MagnitudeNoise } & (
  | {
      readonly kind: 'rand'
      readonly levels: Levels
      /** A list is drawn from with replacement, weights without. */
      readonly choices: readonly Operation[] | Weights
      readonly layers: number
      readonly probability: number
      readonly magnitude: number
    }
  | { readonly kind: 'auto'; readonly levels: Levels; readonly subPolicies: readonly SubPolicy[] }
  | { readonly kind: 'augmix'; readonly shape: MixtureShape; readonly magnitude: number; readonly blended: boolean }
)

const SCALE = 10
const FORMS = 'a form such as "rand-m9-mstd0.5-inc1", "original-mstd0.5", "v0" or "augmix-m3-w3"'

const POLICIES: ReadonlyMap<string, readonly [Levels, readonly SubPolicy[]]> = new Map([
  ['original', [ORIGINAL_LEVELS, IMAGENET]],
  ['originalr', [FEWER_BITS_LEVELS, IMAGENET]],
  ['v0', [TIMM_LEVELS, IMAGENET_V0]],
  ['v0r', [FEWER_BITS_LEVELS, IMAGENET_V0]],
  [
    '3a',
    [
      THREE_LEVELS,
      [
        [{ operation: 'solarize', probability: 1, magnitude: 5 }],
        [{ operation: 'desaturate', probability: 1, magnitude: 10 }],
        [{ operation: 'gaussianBlur', probability: 1, magnitude: 10 }],
      ],
    ],
  ],
])

const SETS: ReadonlyMap<string, readonly Operation[] | Weights> = new Map<string, readonly Operation[] | Weights>([
  ['weights', WEIGHTS],
  ['3a', THREE_OPERATIONS],
  ['3aw', THREE_WEIGHTS],
])

/** Reads a string of timm's form. Throws `bad-option` with what is wrong, in the name of the transform. */
export function readTimmConfig(transform: string, config: string): TimmConfig {
  if (typeof config !== 'string') badOption(transform, 'config', FORMS, config)
  const [form = '', ...sections] = config.split('-')
  if (form === 'rand') return readRand(transform, config, sections)
  if (form === 'augmix') return readAugMix(transform, config, sections)
  const [name = '', rest] = form === 'auto' ? [sections[0], sections.slice(1)] : [form, sections]
  const policy = POLICIES.get(name)
  if (!policy) return badOption(transform, 'config', FORMS, config)
  const [levels, subPolicies] = policy
  return { kind: 'auto', levels, subPolicies, noise: noiseOf(readKeys(transform, config, rest, ['mstd'])) }
}

function readRand(transform: string, config: string, sections: readonly string[]): TimmConfig {
  const isSet = (section: string): boolean => section.startsWith('t')
  const allowed = ['m', 'n', 'p', 'w', 'mstd', 'mmax', 'inc']
  const keys = readKeys(
    transform,
    config,
    sections.filter((section) => !isSet(section)),
    allowed,
  )
  const set = sections.find(isSet)?.slice(1)
  const layers = keys.get('n') ?? 2
  if (!Number.isSafeInteger(layers) || layers < 1) badOption(transform, 'config', 'n of at least 1', config)
  if ((keys.get('w') ?? 0) !== 0) badOption(transform, 'config', 'w0, the only set of weights', config)
  const choices = choicesOf(transform, config, set, keys.has('w'))
  if (!Array.isArray(choices) && layers > Object.keys(choices).length) {
    badOption(transform, 'config', 'n of at most the number of weighted operations', config)
  }
  return {
    kind: 'rand',
    levels: keys.has('inc') || set !== undefined ? INCREASING_LEVELS : TIMM_LEVELS,
    choices,
    layers,
    probability: keys.get('p') ?? 0.5,
    magnitude: keys.get('m') ?? SCALE,
    noise: noiseOf(keys),
  }
}

function choicesOf(
  transform: string,
  config: string,
  set: string | undefined,
  weighted: boolean,
): readonly Operation[] | Weights {
  if (set === undefined) return weighted ? WEIGHTS_0 : RAND_OPERATIONS
  return SETS.get(set) ?? badOption(transform, 'config', 'tweights, t3a or t3aw for a set of operations', config)
}

function readAugMix(transform: string, config: string, sections: readonly string[]): TimmConfig {
  const keys = readKeys(transform, config, sections, ['m', 'w', 'd', 'a', 'b', 'mstd'])
  const width = keys.get('w') ?? 3
  const depth = keys.get('d') ?? -1
  const alpha = keys.get('a') ?? 1
  const whole = Number.isSafeInteger(width) && Number.isSafeInteger(depth)
  if (!whole || width < 1 || alpha === 0)
    badOption(transform, 'config', 'whole w and d, w of at least 1, a > 0', config)
  return {
    kind: 'augmix',
    shape: { alpha, width, depth },
    magnitude: keys.get('m') ?? 3,
    blended: keys.has('b'),
    noise: noiseOf(keys),
  }
}

/** The values of sections such as `m9`, by key. */
function readKeys(
  transform: string,
  config: string,
  sections: readonly string[],
  allowed: readonly string[],
): ReadonlyMap<string, number> {
  const values = new Map<string, number>()
  for (const section of sections) {
    const [, key = '', digits] = /^([a-z]+)(\d.*)$/.exec(section) ?? []
    const value = Number(digits)
    if (!allowed.includes(key) || !Number.isFinite(value)) {
      badOption(transform, 'config', `sections of a key (${allowed.join(', ')}) and its number`, config)
    }
    values.set(key, value)
  }
  return values
}

/** Deviations above 100 mean a uniform distribution. */
function noiseOf(keys: ReadonlyMap<string, number>): MagnitudeNoise {
  const deviation = keys.get('mstd') ?? 0
  return { deviation: deviation > 100 ? Number.POSITIVE_INFINITY : deviation, most: keys.get('mmax') || SCALE }
}
