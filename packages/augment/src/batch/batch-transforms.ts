import { createRegistry, type Registry } from '@clas/core'
import type { TransformSpec } from '../transform.ts'
import type { TransformFacts } from '../transforms.ts'
import type { BatchTransform } from './batch-transform.ts'
import { mixup } from './mixup.ts'

/** The names of batch transforms and their factories. An app adds its own by declaration merging. */
export interface BatchTransforms {
  Mixup: typeof mixup
}

type Create = (options: never) => BatchTransform

/** All batch transforms that can be made by name. Those of this package are in it. */
export const batchTransforms: Registry<BatchTransforms, Create, TransformFacts> = /* @__PURE__ */ builtIn()

function builtIn(): Registry<BatchTransforms, Create, TransformFacts> {
  const registry = createRegistry<BatchTransforms, Create, TransformFacts>('batch transform')
  registry.register('Mixup', mixup, { summary: 'mixes each picture and its label with another of the batch' })
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
