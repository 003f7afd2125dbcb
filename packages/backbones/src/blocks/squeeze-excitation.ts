import { conv2d, globalAvgPool, hardSigmoid, inOrder, linear, type Module, module, relu, uniform } from '@clas/nn'
import { mul, reshape, type Tensor } from '@tensorflow/tfjs-core'

export interface SqueezeExcitationOptions {
  /** By what the channels are divided between the two layers; default 4. */
  readonly reduction?: number
  /** Channels between the two layers; default `channels / reduction`, rounded down. */
  readonly hidden?: number
  /** Of the hard sigmoid clip(slope x + 0.5, 0, 1); default 1/6. */
  readonly slope?: number
  /** Makes weights of what the second layer gives; default the hard sigmoid. */
  readonly gate?: (x: Tensor) => Tensor
  /** What the two layers are; a convolution is of 1x1. Default `conv`. */
  readonly layers?: 'conv' | 'linear'
  /** Whether the two layers have a bias; default true. */
  readonly bias?: boolean
  /** Keys of the two layers; default `conv1` and `conv2`. */
  readonly keys?: readonly [squeeze: string, excitation: string]
}

/** Weighs the channels by a small network of their means (Hu et al. 2018). Keys: `conv1`, `conv2`. */
export function squeezeExcitation(channels: number, options: SqueezeExcitationOptions = {}): Module {
  const { reduction = 4, slope = 1 / 6, layers = 'conv', bias = true, keys = ['conv1', 'conv2'] } = options
  const { gate = (x) => hardSigmoid(x, { slope, offset: 0.5 }), hidden = Math.floor(channels / reduction) } = options
  const layer = (inputs: number, outputs: number): Module =>
    layers === 'conv'
      ? conv2d(inputs, outputs, 1, { bias })
      : linear(inputs, outputs, { bias, initializer: uniform(1 / Math.sqrt(inputs)) })
  const [squeeze, excitation] = keys
  return module(
    { [squeeze]: layer(channels, hidden), [excitation]: layer(hidden, channels) },
    (parts, x) => {
      const [batch = 1] = x.shape
      const means = globalAvgPool(x)
      const squeezed = relu(inOrder(parts, [squeeze], layers === 'conv' ? means : reshape(means, [batch, channels])))
      const weights = gate(inOrder(parts, [excitation], squeezed))
      return mul(x, reshape(weights, [batch, 1, 1, channels]))
    },
    'squeezeExcitation',
  )
}
