import type { Model } from '@clas/backbones'
import type { Variables } from '@clas/core'
import { type Source, subset } from '@clas/data'
import { type Evaluation, evaluate } from '@clas/engine'
import { evaluationLoader, type LoaderParts } from './loaders.ts'

/** What is measured on which pictures. */
export interface MeasureOptions extends LoaderParts {
  readonly model: Model
  readonly variables: Variables
  readonly source: Source
  readonly signal: AbortSignal | undefined
}

/** A result, and the pictures that it is of; its predictions' indices are theirs. */
export interface Measured {
  readonly evaluation: Evaluation
  readonly source: Source
}

/**
 * Measures a model on each picture that can be decoded, once. A loader puts the next picture in the place of a broken
 * one, which is right for training but counts that one twice here: so the broken ones are left out, and all is measured
 * again where one wasn't known before.
 */
export async function measure(options: MeasureOptions): Promise<Measured> {
  const { model, variables, source, signal, skipped } = options
  for (;;) {
    const broken = new Set(skipped.list.map(({ file }) => file))
    const indices = Array.from({ length: source.length }, (_, index) => index)
    const readable = subset(
      source,
      indices.filter((index) => !broken.has(source.name(index))),
    )
    await using loader = evaluationLoader(readable, options)
    const evaluation = await evaluate({ module: model, variables, loader, predictions: 1, ...(signal && { signal }) })
    if (skipped.list.length === broken.size) return { evaluation, source: readable }
  }
}
