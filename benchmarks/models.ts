/** A model at the size that it is measured at. */
export interface ModelCase {
  readonly model: string
  /** Height and width of the pictures. */
  readonly size: number
  readonly batch: number
  /** With --quick. */
  readonly quickBatch: number
}

export const MODEL_CASES: readonly ModelCase[] = [
  { model: 'ResNet18', size: 64, batch: 64, quickBatch: 8 },
  { model: 'MobileNetV3_small_x1_0', size: 96, batch: 64, quickBatch: 16 },
  { model: 'PPLCNet_x1_0', size: 224, batch: 16, quickBatch: 4 },
  { model: 'ResNet50_vd', size: 224, batch: 8, quickBatch: 1 },
  { model: 'DeiT_tiny_patch16_224', size: 224, batch: 16, quickBatch: 2 },
]

export const CLASSES = 1000
export const OPTIMIZER = { lr: 0.001, momentum: 0.9, weightDecay: 1e-4 } as const
