import {
  autoAugment,
  type BatchTransform,
  cutmix,
  cutout,
  gridMask,
  hideAndSeek,
  mixup,
  normalizeImage,
  padCrop,
  type Recipe,
  randAugment,
  randFlipImage,
  randomErasing,
  recipe,
  type Transform,
} from '@clas/augment'

/** CIFAR-10's own mean and deviation. */
export const NORMALIZE: Transform<null> = normalizeImage({
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.247, 0.2435, 0.2616],
})

/** What a recipe has besides the shift and the flip that all have. */
interface Additions {
  /** On 8 bits, before normalising. */
  readonly before?: readonly Transform[]
  readonly after?: readonly Transform[]
  readonly batch?: readonly BatchTransform[]
}

/** The eight of PaddleClas's FAQ, in sizes for pictures of 32 pixels, and combinations. */
export function recipes(epochs: number): Readonly<Record<string, () => Recipe>> {
  const erasing = randomErasing()
  const policy = autoAugment({ policy: 'cifar10' })
  const additions: Readonly<Record<string, Additions>> = {
    baseline: {},
    AutoAugment: { before: [policy] },
    RandAugment: { before: [randAugment()] },
    Cutout: { before: [cutout({ length: 16 })] },
    RandomErasing: { after: [erasing] },
    HideAndSeek: { after: [hideAndSeek({ gridSizes: [0, 4, 8] })] },
    GridMask: { after: [gridMask({ d1: 12, d2: 32, ratio: 0.4, rampEpochs: Math.ceil(epochs / 2) })] },
    Mixup: { batch: [mixup({ alpha: 0.4 })] },
    Cutmix: { batch: [cutmix({ alpha: 1, p: 0.5 })] },
    'AutoAugment + Cutout': { before: [policy, cutout({ length: 16 })] },
    'RandomErasing + Mixup': { after: [erasing], batch: [mixup({ alpha: 0.4 })] },
    'AutoAugment + Cutmix': { before: [policy], batch: [cutmix({ alpha: 1, p: 0.5 })] },
  }
  const build = ({ before = [], after = [], batch = [] }: Additions): Recipe =>
    recipe([padCrop({ padding: 4, size: 32 }), randFlipImage(), ...before, NORMALIZE, ...after], batch)
  return Object.fromEntries(Object.entries(additions).map(([name, each]) => [name, () => build(each)]))
}
