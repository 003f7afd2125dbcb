import { reshape, type Tensor, transpose } from '@tensorflow/tfjs-core'

/**
 * Deals the channels out of `groups` equal groups, one of each in turn, so that the next grouped convolution sees all
 * of them (Zhang et al. 2017, ShuffleNet, arXiv 1707.01083). [batch, height, width, channels], as is the result.
 */
export function channelShuffle(x: Tensor, groups: number): Tensor {
  const [batch = 1, height = 1, width = 1, channels = 1] = x.shape
  const grouped = reshape(x, [batch * height * width, groups, channels / groups])
  return reshape(transpose(grouped, [0, 2, 1]), [batch, height, width, channels])
}
