import type { TransformSpec } from '../transform.ts'

const crop: TransformSpec = { name: 'RandCropImage', options: { size: 4 } }
const flip: TransformSpec = { name: 'RandFlipImage', options: {} }
const wobble: TransformSpec = { name: 'RandAffine', options: { degrees: [-9, 9] } }

export const cases: Readonly<Record<string, readonly { options: object; least?: number }[]>> = {
  Compose: [{ options: { transforms: [crop, flip] } }, { options: { transforms: [] } }],
  OneOf: [
    { options: { transforms: [crop, flip] } },
    { options: { transforms: [crop, wobble, flip], weights: [0, 2, 1] } },
  ],
  SomeOf: [
    { options: { transforms: [crop, flip, wobble], count: 2 } },
    { options: { transforms: [wobble, { name: 'ResizeImage', options: { size: [5, 7] } }, crop], count: [0, 3] } },
  ],
  WithProbability: [
    { options: { p: 0.5, transform: crop } },
    { options: { p: 0.5, transform: { name: 'Compose', options: { transforms: [crop, flip] } } } },
  ],
  Schedule: [
    { options: { transform: crop, option: 'size', ramp: { values: [2, 3, [4, 5]], epochs: 5 } } },
    { options: { transform: flip, option: 'p', ramp: { from: 0, to: 1, epochs: 4, shape: 'cosine' } } },
  ],
}
