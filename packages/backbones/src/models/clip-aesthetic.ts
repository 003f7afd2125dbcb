import { dropout, linear, type Module, module, replace, sequential } from '@clas/nn'
import { l2Normalize } from '../blocks/l2-normalize.ts'
import { imagenetPreprocessing, type Model, type ModelOptions } from '../model.ts'
import { CLIP_vit_large_patch14_224 } from './foundation-vit.ts'

/**
 * A score of how beautiful a picture is (LAION's aesthetic predictor, Schuhmann et al. 2022, arXiv 2210.08402): linear
 * layers on the embedding of CLIP. `classes` is the number of scores; default 1.
 */
export interface CLIPAestheticOptions extends ModelOptions {
  /** Stochastic depth of the last block of CLIP, in [0, 1), growing from 0 with depth; default 0. */
  readonly dropPath?: number
}

/** Channels of CLIP's tokens and of its embedding. */
const [DIM, EMBEDDING] = [1024, 768]

/** 224 by 224 pixels, 306.4 million parameters. */
export function CLIP_large_patch14_224_aesthetic(options: CLIPAestheticOptions = {}): Model {
  const { classes = 1, ...others } = options
  const clip = CLIP_vit_large_patch14_224(others)
  const layers = sequential([
    linear(EMBEDDING, 1024),
    dropout(0.2),
    linear(1024, 128),
    dropout(0.2),
    linear(128, 64),
    dropout(0.1),
    linear(64, 16),
    linear(16, classes),
  ])
  const root = module(
    {
      model: replace(clip, 'head', passedBy),
      fc_head: linear(DIM, EMBEDDING, { bias: false }),
      mlp: module({ layers }, ({ layers }, x) => layers(x), 'mlp'),
    },
    ({ model, fc_head, mlp }, x) => mlp(l2Normalize(fc_head(model(x)))),
    'CLIPAesthetic',
  )
  return {
    ...root,
    name: 'CLIP_large_patch14_224_aesthetic',
    inputSize: 224,
    classes,
    stages: clip.stages.map((path) => `model.${path}`),
    classifier: 'mlp.layers.7',
    preprocessing: imagenetPreprocessing,
  }
}

/** Keeps the keys of a classifier, which checkpoints hold, but gives its input. */
function passedBy(classifier: Module): Module {
  return { ...classifier, forward: (_, x) => x.clone() }
}
