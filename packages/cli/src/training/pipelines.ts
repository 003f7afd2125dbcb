import {
  channelOrder,
  compose,
  cropImage,
  normalizeImage,
  type Pipeline,
  randCropImage,
  randFlipImage,
  resizeImage,
  type Transform,
} from '@clas/augment'
import type { Model, Preprocessing } from '@clas/backbones'

/** The smallest part of a picture that training sees. ImageNet's 0.08 is for millions of pictures. */
const SMALLEST_CROP = 0.35

/** The preprocessing of a model for pictures of a size: the rim that the crop leaves out stays in proportion. */
export function preprocessingFor({ preprocessing, inputSize }: Model, size: number): Preprocessing {
  return { ...preprocessing, resizeShort: Math.round((size * preprocessing.resizeShort) / inputSize) }
}

/** What pictures go through in training: a random part, flipped or not, normalised. */
export function trainingPipeline(size: number, preprocessing: Preprocessing): Pipeline {
  return compose([
    randCropImage({ size, scale: [SMALLEST_CROP, 1], ...resamplingOf(preprocessing) }),
    randFlipImage(),
    ...valuesOf(preprocessing),
  ])
}

/** What pictures go through to be measured or named: resized by the short side, the middle cropped, normalised. */
export function evaluationPipeline(size: number, preprocessing: Preprocessing): Pipeline {
  const { resizeShort, squash = false } = preprocessing
  const resampling = resamplingOf(preprocessing)
  const shape = squash
    ? [resizeImage({ size, ...resampling })]
    : [resizeImage({ shortSide: Math.max(size, resizeShort), ...resampling }), cropImage({ size })]
  return compose([...shape, ...valuesOf(preprocessing)])
}

function resamplingOf({ interpolation, backend }: Preprocessing) {
  return { interpolation, backend: backend ?? (interpolation === 'bicubic' ? 'pil' : 'cv2') } as const
}

/** Values as the model takes them. */
function valuesOf({ channelOrder: order, mean, std }: Preprocessing): Transform[] {
  return [...(order === 'bgr' ? [channelOrder()] : []), normalizeImage({ mean, std })]
}
