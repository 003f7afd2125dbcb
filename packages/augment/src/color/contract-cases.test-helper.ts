/** What the contract runs each registered name of this folder with. */
export const cases: Readonly<
  Record<string, readonly { options: object; least?: number; channels?: readonly number[]; makesFloat32?: boolean }[]>
> = {
  BlurImage: [{ options: { p: 1 } }, { options: { motionMaxKernel: 6, motionMaxAngle: 1, gaussianMaxKernel: 30 } }],
  ChannelOrder: [{ options: {} }, { options: { order: [1, 2, 0] } }],
  ColorJitter: [
    { options: {} },
    { options: { brightness: 0.4, contrast: [0.2, 3], saturation: 0.9, hue: 0.5 } },
    { options: { p: 0.5, hue: [-0.1, 0.2] } },
  ],
  GaussianBlur: [{ options: { kernelSize: 5 } }, { options: { kernelSize: [1, 23], sigma: [2, 9] } }],
  GaussianNoise: [{ options: {} }, { options: { mean: -0.1, sigma: 2 } }],
  JpegCompression: [{ options: {} }, { options: { quality: 1 } }],
  Lighting: [{ options: {} }, { options: { alphaStd: 2 } }],
  MotionBlur: [{ options: {} }, { options: { kernelSize: [1, 3], angle: [0, 90] } }],
  NormalizeImage: [
    { options: { mean: 0.5, std: 0.25 }, makesFloat32: true },
    { options: {}, channels: [3], makesFloat32: true },
  ],
  PCALighting: [{ options: { alphaStd: 30 } }],
  RandomAdjustSharpness: [{ options: { sharpnessFactor: 2.5 } }, { options: { sharpnessFactor: 0, p: 1 } }],
  RandomAutocontrast: [{ options: { p: 1 } }],
  RandomEqualize: [{ options: { p: 1 } }],
  RandomGamma: [{ options: { gamma: [0.3, 3], p: 1 } }],
  RandomGrayscale: [{ options: {} }, { options: { p: 1 } }],
  RandomInvert: [{ options: { p: 1 } }],
  RandomPosterize: [{ options: { bits: 0, p: 1 } }, { options: { bits: 3 } }],
  RandomSolarize: [{ options: { threshold: 99.5, p: 1 } }],
  ToFloat: [{ options: {}, makesFloat32: true }],
}
