import type { Preprocessing } from '@clas/backbones'
import { ClasError } from '@clas/core'
import type { Run } from '@clas/engine/node'

/** All that a run was started with: `config.json`. What goes on with the run, measures it or uses it needs no more. */
export interface Settings {
  /** Of clas. */
  readonly version: string
  /** The pictures' folder, absolute. */
  readonly folder: string
  readonly pictures: { readonly training: number; readonly validation: number }
  readonly classes: readonly string[]
  readonly model: string
  /** Of the model's five stages, where they aren't the published ones. */
  readonly strides?: readonly number[]
  /** Height and width that pictures are made into, in pixels. */
  readonly size: number
  readonly preprocessing: Preprocessing
  readonly epochs: number
  readonly batchSize: number
  readonly optimizer: 'momentum' | 'adamw'
  /** The highest rate. */
  readonly lr: number
  /** Epochs in which the rate rises. */
  readonly warmup: number
  readonly weightDecay: number
  readonly smoothing: number
  /** Alpha of mixup; 0 for none. */
  readonly mixup: number
  /** The part of the pictures that isn't trained on, where the folder isn't parted. */
  readonly validation: number
  readonly seed: number
  /** That decode pictures; 0 for the main thread. */
  readonly threads: number
  readonly onCorrupt: 'error' | 'skip'
  readonly backend: BackendOption
  /** What convolutions and matrix products compute in; f32 where it is missing. */
  readonly precision?: PrecisionOption
  /** Paths of modules that don't learn. */
  readonly freeze: readonly string[]
  /** Modules imported first, absolute. */
  readonly plugins: readonly string[]
}

/** The values of `--backend`. */
export const BACKENDS = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const

/** A value of `--backend`. */
type BackendOption = (typeof BACKENDS)[number]

/** The values of `--precision`. */
export const PRECISIONS = ['f32', 'bf16', 'f16'] as const

/** A value of `--precision`. */
type PrecisionOption = (typeof PRECISIONS)[number]

const KINDS: Readonly<Record<keyof Omit<Settings, 'strides' | 'precision'>, 'string' | 'number' | 'object'>> = {
  version: 'string',
  folder: 'string',
  pictures: 'object',
  classes: 'object',
  model: 'string',
  size: 'number',
  preprocessing: 'object',
  epochs: 'number',
  batchSize: 'number',
  optimizer: 'string',
  lr: 'number',
  warmup: 'number',
  weightDecay: 'number',
  smoothing: 'number',
  mixup: 'number',
  validation: 'number',
  seed: 'number',
  threads: 'number',
  onCorrupt: 'string',
  backend: 'string',
  freeze: 'object',
  plugins: 'object',
}

/**
 * The settings of a run that `clas train` made.
 *
 * @throws `corrupt-file` with the name of what is missing
 */
export function settingsOf({ config, files }: Run): Settings {
  const wrong = Object.entries(KINDS).find(([name, kind]) => typeof config[name] !== kind || config[name] === null)
  if (wrong) {
    const [name, kind] = wrong
    throw new ClasError('corrupt-file', `${files.config} has no ${kind} '${name}'; was it made by clas train?`, {
      file: files.config,
      name,
    })
  }
  return config as unknown as Settings
}
