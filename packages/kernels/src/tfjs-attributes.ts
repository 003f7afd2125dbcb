import { ClasError } from '@clas/core'
import { backend_util } from '@tensorflow/tfjs-core'
import type { ConvAttributes, Pads, PoolAttributes, Shape } from './contract.ts'

// What tfjs says of its own convolutions and poolings, in the terms of the contract.

type Shape4 = [number, number, number, number]
type Pad = Parameters<typeof backend_util.computeConv2DInfo>[4]
type Rounding = 'floor' | 'round' | 'ceil'

/** Of a convolution, in all kernels of tfjs that have to do with one. */
export interface ConvSteps {
  readonly strides: number | [number, number]
  readonly pad: Pad
  readonly dilations?: number | [number, number]
  readonly dataFormat?: string
  readonly dimRoundingMode?: Rounding
}

/** Of a pooling. */
export interface PoolSteps {
  readonly filterSize: number | [number, number]
  readonly strides: number | [number, number]
  readonly pad: Pad
  readonly dimRoundingMode?: Rounding
}

/**
 * @param x - shape of the pictures
 * @param filter - shape as tfjs has it: [height, width, in, out], of a depthwise convolution [height, width, in, multiplier]
 * @throws `bad-option` for channels before the picture's sides
 */
export function convAttributes(x: Shape, filter: Shape, steps: ConvSteps, depthwise: boolean): ConvAttributes {
  const { strides, pad, dilations = 1, dataFormat, dimRoundingMode } = steps
  if (dataFormat === 'NCHW') {
    throw new ClasError('bad-option', "dataFormat must be 'NHWC', found 'NCHW'; transpose the images", { dataFormat })
  }
  const shapes = [[...x] as Shape4, [...filter] as Shape4] as const
  const info = backend_util.computeConv2DInfo(...shapes, strides, dilations, pad, dimRoundingMode, depthwise)
  return {
    strides: [info.strideHeight, info.strideWidth],
    pads: padsOf(info),
    dilations: [info.dilationHeight, info.dilationWidth],
    groups: depthwise ? (x[3] ?? 1) : (x[3] ?? 1) / (filter[2] ?? 1),
  }
}

/** The contract's shape of a depthwise filter [height, width, in, multiplier]: in memory they are the same. */
export function groupedShape([height = 0, width = 0, channels = 0, multiplier = 0]: Shape): Shape {
  return [height, width, 1, channels * multiplier]
}

/** @param x - shape of the pictures */
export function poolAttributes(x: Shape, { filterSize, strides, pad, dimRoundingMode }: PoolSteps): PoolAttributes {
  const info = backend_util.computePool2DInfo([...x] as Shape4, filterSize, strides, 1, pad, dimRoundingMode)
  return {
    size: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: padsOf(info),
  }
}

function padsOf({ padInfo }: backend_util.Conv2DInfo): Pads {
  return [padInfo.top, padInfo.bottom, padInfo.left, padInfo.right]
}
