/** What the contract of transforms runs each policy with. */
export const cases: Readonly<Record<string, readonly { options: object; least?: number }[]>> = {
  AugMix: [{ options: { p: 1 } }, { options: { p: 1, alpha: 1, depth: -1, severity: 3 } }],
  AutoAugment: [{ options: {} }, { options: { policy: 'cifar10', fill: [1, 2, 3] } }, { options: { policy: 'svhn' } }],
  RandAugment: [{ options: {} }, { options: { numLayers: 5, magnitude: 10, fill: 0 } }],
  RandAugmentV2: [
    { options: { numLayers: 5 } },
    { options: { numLayers: 3, progressMagnitude: [5, 10, 15], epochs: 30 } },
  ],
  RandAugmentV3: [
    { options: { numLayers: 5 } },
    { options: { numLayers: 4, magnitude: 9, interpolation: 'bilinear' } },
  ],
  RandAugmentV4: [{ options: {} }],
  ThreeAugment: [{ options: {} }],
  TimmAutoAugment: [
    { options: {} },
    { options: { config: 'rand-m9-n5-p1-mstd101-t3aw', interpolation: 'random', mean: [0, 0.5, 1] } },
    { options: { config: 'auto-v0r-mstd0.5', interpolation: 'bilinear' } },
    { options: { config: 'augmix-m5-w4-d2' } },
    { options: { config: 'augmix-b1' } },
  ],
  TrivialAugment: [{ options: {} }, { options: { interpolation: 'bicubic', fill: [200, 100, 0] } }],
}
