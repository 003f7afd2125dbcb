import { createRegistry, type Registry } from '@clas/core'
import type { Model } from './model.ts'
import * as published from './models/index.ts'
import { RECORDS } from './records.ts'

type PublishedModels = { readonly [Name in keyof typeof published]: (typeof published)[Name] }

/** The published models and the types of their factories. A program adds its own names by declaration merging. */
export interface Backbones extends PublishedModels {}

/** A factory of models. Its options are at least `classes`. */
// biome-ignore lint/suspicious/noExplicitAny: each name has options of its own, checked through Backbones
export type ModelFactory = (options?: any) => Model

/** What lists and filters know of a model. */
export interface ModelFacts {
  /** Height and width of the pictures it was published for, in pixels. */
  readonly inputSize: number
  /** Models of one paper and kind: `ResNet_vd`. */
  readonly family?: string
  /** Where it was published: `arXiv 1512.03385`. */
  readonly paper?: string
  /** Of the paper's first version. */
  readonly year?: number
  /** Learned numbers of the published model, without running statistics. */
  readonly parameters?: number
  /** Multiplications with an addition, of convolutions and linear layers, for one picture of the input size. */
  readonly multiplyAdds?: number
  /** Published share of ImageNet's validation pictures that are classified right, in [0, 1]. */
  readonly top1?: number
  /** The same for the five most probable classes. */
  readonly top5?: number
}

/**
 * All models by name. Register your own with `backbones.register(name, factory, facts)`; its type is checked once the
 * name is added to {@link Backbones}.
 *
 * @example
 * ```ts
 * import { backbones } from '@clas/backbones'
 * const small = backbones.list().filter(({ facts }) => facts.family === 'PPLCNet')
 * for (const { name, facts } of small) console.log(name, facts.inputSize, facts.top1)
 * ```
 */
export const backbones: Registry<Backbones, ModelFactory, ModelFacts> = /* @__PURE__ */ publishedModels()

/**
 * Makes a model by name.
 *
 * @param name - a published name, or one that was registered
 * @param options - of the model's factory; `classes` and `inChannels` are always there, default 1000 and 3
 * @returns a description without weights: give it to `init` or to `loadStateDict`
 * @throws `unknown-name`, with the names that are near
 * @example
 * ```ts
 * import { createModel } from '@clas/backbones'
 * console.log(createModel('PPLCNet_x0_25', { classes: 10 }).stages)
 * ```
 */
export function createModel<N extends keyof Backbones>(name: N, options?: Parameters<Backbones[N]>[0]): Model
export function createModel(name: string, options?: { readonly classes?: number }): Model
export function createModel(name: string, options?: unknown): Model {
  return backbones.get(name).create(options)
}

function publishedModels(): Registry<Backbones, ModelFactory, ModelFacts> {
  const registry = createRegistry<Backbones, ModelFactory, ModelFacts>('model')
  const factories: Readonly<Record<string, unknown>> = { ...published }
  for (const [family, paper, year, models] of RECORDS) {
    for (const [name, inputSize, parameters, multiplyAdds, top1, top5] of models) {
      const measured = top1 === undefined || top5 === undefined ? {} : { top1, top5 }
      registry.register(name as never, factories[name] as never, {
        inputSize,
        family,
        paper,
        year,
        parameters,
        multiplyAdds,
        ...measured,
      })
    }
  }
  return registry
}
