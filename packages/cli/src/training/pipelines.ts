import {
  compose,
  cropImage,
  normalizeImage,
  type Pipeline,
  randCropImage,
  randFlipImage,
  resizeImage,
} from '@clas/augment'
import type { Model, Preprocessing } from '@clas/backbones'

/** The smallest part of a picture that training sees. ImageNet's 0.08 is for millions of pictures. */
const SMALLEST_CROP = 0.35

/** The preprocessing of a model for pictures of a size: the rim that the crop leaves out stays in proportion. */
export function preprocessingFor({ preprocessing, inputSize }: Model, size: number): Preprocessing {
  return { ...preprocessing, resizeShort: Math.round((size * preprocessing.resizeShort) / inputSize) }
}

/** What pictures go through in training: a random part, flipped or not, normalised. */
export function trainingPipeline(size: number, { interpolation, mean, std }: Preprocessing): Pipeline {
  return compose([
    randCropImage({ size, scale: [SMALLEST_CROP, 1], interpolation }),
    randFlipImage(),
    normalizeImage({ mean, std }),
  ])
}

/** What pictures go through to be measured or named: resized by the short side, the middle cropped, normalised. */
export function evaluationPipeline(size: number, { resizeShort, interpolation, mean, std }: Preprocessing): Pipeline {
  return compose([
    resizeImage({ shortSide: Math.max(size, resizeShort), interpolation }),
    cropImage({ size }),
    normalizeImage({ mean, std }),
  ])
}
