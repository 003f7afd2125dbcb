import { type ConvAttributes, convShape, type Shape } from '../contract.ts'
import type { WebgpuKernel } from './call.ts'
import { sumOver, sums } from './sums.ts'

export const conv2d: WebgpuKernel<ConvAttributes> = (call, attributes) => {
  const x = call.input('x')
  const weights = call.input('filter')
  const bias = call.optional('bias')
  const output = convShape(x.shape, weights.shape, attributes)
  return call.run({
    output,
    inputs: { x, weights, ...(bias && { bias }) },
    integers: geometry(x.shape, weights.shape, output, attributes),
    code: `
      fn value(index : i32) -> f32 {
        let o = index % uniforms.outputs;
        let across = index / uniforms.outputs % uniforms.outWidth;
        let down = index / uniforms.outputs / uniforms.outWidth % uniforms.outHeight;
        let n = index / uniforms.outputs / uniforms.outWidth / uniforms.outHeight;
        let firstChannel = o / uniforms.outputsPerGroup * uniforms.channelsPerGroup;
        var y = 0.0;
        for (var ky = 0; ky < uniforms.taps; ky++) {
          let row = down * uniforms.strideDown - uniforms.top + ky * uniforms.dilationDown;
          if (row < 0 || row >= uniforms.height) { continue; }
          for (var kx = 0; kx < uniforms.tapsAcross; kx++) {
            let column = across * uniforms.strideAcross - uniforms.left + kx * uniforms.dilationAcross;
            if (column < 0 || column >= uniforms.width) { continue; }
            let cell = ((n * uniforms.height + row) * uniforms.width + column) * uniforms.channels + firstChannel;
            let tap = (ky * uniforms.tapsAcross + kx) * uniforms.channelsPerGroup;
            ${sumOver('sum', 'c', '0', 'uniforms.channelsPerGroup', 'x[cell + c] * weights[(tap + c) * uniforms.outputs + o]')}
            y += sum;
          }
        }
        return y${bias ? ' + bias[o]' : ''};
      }`,
  })
}

export const conv2dInputGradient: WebgpuKernel<ConvAttributes & { readonly inputShape: Shape }> = (
  call,
  attributes,
) => {
  const dy = call.input('dy')
  const weights = call.input('filter')
  return call.run({
    output: attributes.inputShape,
    inputs: { dy, weights },
    integers: geometry(attributes.inputShape, weights.shape, dy.shape, attributes),
    code: `
      fn value(index : i32) -> f32 {
        let channel = index % uniforms.channels;
        let column = index / uniforms.channels % uniforms.width;
        let row = index / uniforms.channels / uniforms.width % uniforms.height;
        let n = index / uniforms.channels / uniforms.width / uniforms.height;
        let firstOutput = channel / uniforms.channelsPerGroup * uniforms.outputsPerGroup;
        let c = channel % uniforms.channelsPerGroup;
        var dx = 0.0;
        for (var ky = 0; ky < uniforms.taps; ky++) {
          let above = row + uniforms.top - ky * uniforms.dilationDown;
          let down = above / uniforms.strideDown;
          if (above < 0 || above % uniforms.strideDown != 0 || down >= uniforms.outHeight) { continue; }
          for (var kx = 0; kx < uniforms.tapsAcross; kx++) {
            let before = column + uniforms.left - kx * uniforms.dilationAcross;
            let across = before / uniforms.strideAcross;
            if (before < 0 || before % uniforms.strideAcross != 0 || across >= uniforms.outWidth) { continue; }
            let cell = ((n * uniforms.outHeight + down) * uniforms.outWidth + across) * uniforms.outputs + firstOutput;
            let tap = ((ky * uniforms.tapsAcross + kx) * uniforms.channelsPerGroup + c) * uniforms.outputs + firstOutput;
            ${sumOver('sum', 'o', '0', 'uniforms.outputsPerGroup', 'dy[cell + o] * weights[tap + o]')}
            dx += sum;
          }
        }
        return dx;
      }`,
  })
}

export const conv2dFilterGradient: WebgpuKernel<ConvAttributes & { readonly filterShape: Shape }> = (
  call,
  attributes,
) => {
  const x = call.input('x')
  const dy = call.input('dy')
  const { filterShape } = attributes
  const dfilter = sums(call, {
    count: filterShape.reduce((a, b) => a * b, 1),
    length: dy.shape.slice(0, 3).reduce((a, b) => a * b, 1),
    inputs: { x, dy },
    integers: geometry(x.shape, filterShape, dy.shape, attributes),
    // group: which weight; k: which cell of dy
    code: `
      fn term(group : i32, k : i32) -> f32 {
        let o = group % uniforms.outputs;
        let c = group / uniforms.outputs % uniforms.channelsPerGroup;
        let kx = group / uniforms.outputs / uniforms.channelsPerGroup % uniforms.tapsAcross;
        let ky = group / uniforms.outputs / uniforms.channelsPerGroup / uniforms.tapsAcross;
        let across = k % uniforms.outWidth;
        let down = k / uniforms.outWidth % uniforms.outHeight;
        let n = k / uniforms.outWidth / uniforms.outHeight;
        let row = down * uniforms.strideDown - uniforms.top + ky * uniforms.dilationDown;
        let column = across * uniforms.strideAcross - uniforms.left + kx * uniforms.dilationAcross;
        if (row < 0 || row >= uniforms.height || column < 0 || column >= uniforms.width) { return 0.0; }
        let channel = o / uniforms.outputsPerGroup * uniforms.channelsPerGroup + c;
        let cell = ((n * uniforms.height + row) * uniforms.width + column) * uniforms.channels + channel;
        return x[cell] * dy[k * uniforms.outputs + o];
      }`,
  })
  return { ...dfilter, shape: [...filterShape] }
}

function geometry(
  x: Shape,
  filter: Shape,
  y: Shape,
  { strides, pads, dilations, groups }: ConvAttributes,
): Record<string, number> {
  const [, height = 0, width = 0, channels = 0] = x
  const [taps = 0, tapsAcross = 0, channelsPerGroup = 0, outputs = 0] = filter
  const [, outHeight = 0, outWidth = 0] = y
  return {
    height,
    width,
    channels,
    taps,
    tapsAcross,
    channelsPerGroup,
    outHeight,
    outWidth,
    outputs,
    outputsPerGroup: outputs / groups,
    strideDown: strides[0],
    strideAcross: strides[1],
    top: pads[0],
    left: pads[2],
    dilationDown: dilations[0],
    dilationAcross: dilations[1],
  }
}
