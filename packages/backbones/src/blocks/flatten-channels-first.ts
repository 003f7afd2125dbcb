import { flatten } from '@clas/nn'
import { type Tensor, transpose } from '@tensorflow/tfjs-core'

/** [batch, height, width, channels] to [batch, features], channel after channel, as linear layers of published weights want it. */
export function flattenChannelsFirst(x: Tensor): Tensor {
  return flatten(transpose(x, [0, 3, 1, 2]))
}
