/** What the contract runs each registered batch transform with. */
export const cases: Readonly<Record<string, readonly { options: object; least?: number }[]>> = {
  Compose: [
    {
      options: {
        transforms: [
          { name: 'Mixup', options: { alpha: 0.4 } },
          { name: 'Cutmix', options: {} },
        ],
      },
    },
  ],
  Cutmix: [{ options: {} }, { options: { alpha: 1, p: 0.5 } }],
  Fmix: [{ options: {} }, { options: { alpha: 2, decayPower: 2, maxSoft: 0.3, reformulate: true } }],
  Mixup: [{ options: {} }, { options: { alpha: 0.2, p: 0.5, offEpoch: 3 } }],
  MixupCutmixHybrid: [
    { options: {} },
    { options: { cutmixAlpha: 1, mode: 'elem', correctLambda: false, labelSmoothing: 0 } },
    { options: { cutmixMinmax: [0.2, 0.8], mode: 'pair', switchProbability: 0.7, p: 0.9, offEpoch: 4 } },
  ],
  Mosaic: [{ options: {} }, { options: { center: [0, 1], p: 0.8 } }],
  OpSampler: [
    {
      options: {
        transforms: [
          { name: 'Mixup', options: { alpha: 0.8 } },
          { name: 'Cutmix', options: { alpha: 1 } },
        ],
        probabilities: [0.5, 0.25],
        offEpoch: 4,
      },
    },
  ],
  ResizeMix: [{ options: {} }, { options: { scale: [0.5, 1], interpolation: 'area' } }],
}
