import { createRegistry, type Registry } from '@clas/core'
import { COMPOSE, type StepParameters } from '../compose/compose.ts'
import { composeBatch } from '../compose/compose-batch.ts'
import { badOption } from '../options.ts'
import type { TransformSpec } from '../transform.ts'
import type { TransformFacts } from '../transforms.ts'
import type { BatchTransform } from './batch-transform.ts'
import { cutmix } from './cutmix.ts'
import { fmix } from './fmix.ts'
import { mixup } from './mixup.ts'
import { mixupCutmixHybrid } from './mixup-cutmix-hybrid.ts'
import { mosaic } from './mosaic.ts'
import { OP_SAMPLER, type OpSamplerOptions, opSampler } from './op-sampler.ts'
import { resizeMix } from './resize-mix.ts'

/** The names of batch transforms and their factories. An app adds its own by declaration merging. */
export interface BatchTransforms {
  Compose: (options: Steps) => BatchTransform<readonly StepParameters[]>
  Cutmix: typeof cutmix
  Fmix: typeof fmix
  Mixup: typeof mixup
  MixupCutmixHybrid: typeof mixupCutmixHybrid
  Mosaic: typeof mosaic
  OpSampler: (options: Steps & OpSamplerOptions) => ReturnType<typeof opSampler>
  ResizeMix: typeof resizeMix
}

/** The option of batch transforms that are made of others. */
interface Steps {
  readonly transforms: readonly TransformSpec[]
}

type Create = (options: never) => BatchTransform

/** All batch transforms that can be made by name. Those of this package are in it. */
export const batchTransforms: Registry<BatchTransforms, Create, TransformFacts> = /* @__PURE__ */ builtIn()

function builtIn(): Registry<BatchTransforms, Create, TransformFacts> {
  const registry = createRegistry<BatchTransforms, Create, TransformFacts>('batch transform')
  registry.register('Mixup', mixup, { summary: 'mixes each picture and its label with another of the batch' })
  registry.register('Cutmix', cutmix, { summary: 'puts a box of another picture of the batch into each' })
  registry.register('Fmix', fmix, { summary: 'mixes each picture with another by a mask of random shape' })
  registry.register('ResizeMix', resizeMix, { summary: 'puts another picture of the batch, made small, into each' })
  registry.register('Mosaic', mosaic, { summary: 'makes each picture of four of the batch' })
  registry.register('MixupCutmixHybrid', mixupCutmixHybrid, { summary: "timm's mixup or cutmix, with smoothed labels" })
  registry.register(
    OP_SAMPLER,
    ({ transforms, ...options }) => opSampler(createSteps(OP_SAMPLER, transforms), options),
    { summary: 'one of some, or none, chosen by chance' },
  )
  registry.register(COMPOSE, ({ transforms }) => composeBatch(createSteps(COMPOSE, transforms)), {
    summary: 'one after another',
  })
  return registry
}

/**
 * Makes a batch transform of its description.
 *
 * @throws `unknown-name` when the name isn't registered; `bad-option` when the options don't fit
 * @example
 * ```ts
 * import { createBatchTransform } from '@clas/augment'
 * console.log(createBatchTransform({ name: 'Mixup', options: { alpha: 0.2 } }).name)
 * ```
 */
export function createBatchTransform(spec: TransformSpec): BatchTransform {
  return batchTransforms.get(spec.name).create((spec.options ?? {}) as never)
}

function createSteps(transform: string, specs: readonly TransformSpec[]): BatchTransform[] {
  if (!Array.isArray(specs)) badOption(transform, 'transforms', 'a list of { name, options }', specs)
  return specs.map(createBatchTransform)
}
