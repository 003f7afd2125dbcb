/** What the contract runs each registered name of this folder with. */
export const cases: Readonly<Record<string, readonly { options: object; least?: number }[]>> = {
  CropImage: [{ options: { size: 1 } }, { options: { size: [6, 5] }, least: 6 }],
  CropImageAtRatio: [
    { options: { size: 4, pad: 1 } },
    { options: { size: 3, pad: 0, interpolation: 'lanczos', backend: 'pil' } },
  ],
  CropWithPadding: [{ options: {} }, { options: { p: 0.5, fill: 9, scale: [0.2, 0.5], ratio: [1, 2] } }],
  ElasticTransform: [{ options: {} }, { options: { alpha: 9, sigma: 0, interpolation: 'bicubic', fill: 3 } }],
  Pad: [{ options: { padding: 2 } }, { options: { padding: [0, 1, 5, 2], mode: 'reflect' } }],
  PadCrop: [{ options: { padding: 2 } }, { options: { padding: 0, size: 1 } }],
  Padv2: [
    { options: {} },
    { options: { sizeDivisor: 7, padMode: 1, fill: 5 } },
    { options: { size: [10_005, 70], padMode: -1, offsets: [2, 1] } },
  ],
  RandAffine: [
    { options: {} },
    { options: { degrees: [-30, 30], translate: [0.2, 0.1], scale: [0.5, 2], shear: [-9, 9] } },
    { options: { degrees: [-30, 30], interpolation: 'bicubic', backend: 'pil', fill: 5 } },
  ],
  RandCropImage: [
    { options: { size: 4 } },
    { options: { size: [3, 7], scale: [0.5, 1], interpolation: 'area', useLogAspect: true } },
    { options: { size: 5, interpolation: 'random', backend: 'pil' } },
  ],
  RandCropImageV2: [{ options: { size: 1 } }, { options: { size: [6, 5] }, least: 6 }],
  RandFlipImage: [{ options: {} }, { options: { flipCode: -1, p: 1 } }],
  RandomCropImage: [{ options: { size: 1 } }, { options: { size: [6, 5] }, least: 6 }],
  RandomInterpolationAugment: [{ options: { p: 1 } }, { options: { p: 0.5 } }],
  RandomPerspective: [{ options: {} }, { options: { distortion: 1, p: 1, interpolation: 'bicubic', fill: 3 } }],
  RandomResizedCrop: [
    { options: { size: 4 } },
    { options: { size: [5, 3], scale: [0.9, 1], ratio: [1, 2], interpolation: 'hamming', backend: 'pil' } },
  ],
  RandomRot90: [{ options: {} }],
  RandomRotation: [
    { options: { degrees: 90 } },
    { options: { degrees: [179, 181], p: 1, expand: true, center: [1, 2], interpolation: 'bilinear', fill: 3 } },
    { options: { degrees: [90, 90], p: 1, expand: true, backend: 'pil' } },
  ],
  ResizeImage: [
    { options: { size: [5, 3] } },
    { options: { shortSide: 4, interpolation: 'bicubic' } },
    { options: { size: 2, interpolation: 'area' } },
    { options: { size: 3, interpolation: 'nearest' } },
    { options: { size: [9, 2], interpolation: 'random' } },
    { options: { shortSide: 3, interpolation: 'box', backend: 'pil' } },
  ],
}
