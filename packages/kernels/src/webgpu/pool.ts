import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type PoolAttributes, poolShape, type Shape } from '../contract.ts'
import type { Call, WebgpuKernel } from './call.ts'

/** The coordinates of an index of y, and the cells of x that its window holds: first <= cell < last. */
const WINDOW = `
  let c = index % uniforms.channels;
  let across = index / uniforms.channels % uniforms.outWidth;
  let down = index / uniforms.channels / uniforms.outWidth % uniforms.outHeight;
  let n = index / uniforms.channels / uniforms.outWidth / uniforms.outHeight;
  let firstRow = max(down * uniforms.strideDown - uniforms.top, 0);
  let lastRow = min(down * uniforms.strideDown - uniforms.top + uniforms.sizeDown, uniforms.height);
  let firstColumn = max(across * uniforms.strideAcross - uniforms.left, 0);
  let lastColumn = min(across * uniforms.strideAcross - uniforms.left + uniforms.sizeAcross, uniforms.width);`

/** The index of the first largest cell of a window, or of its first NaN. */
const LARGEST = `
  fn largest(index : i32) -> i32 {
    ${WINDOW}
    var best = -1;
    for (var row = firstRow; row < lastRow; row++) {
      for (var column = firstColumn; column < lastColumn; column++) {
        let cell = ((n * uniforms.height + row) * uniforms.width + column) * uniforms.channels + c;
        if (best < 0) { best = cell; }
        if (x[cell] > x[best] || (isnan(x[cell]) && !isnan(x[best]))) { best = cell; }
      }
    }
    return best;
  }`

export const maxPool: WebgpuKernel<PoolAttributes> = (call, attributes) => {
  const x = call.input('x')
  const output = poolShape(x.shape, attributes)
  return call.run({
    output,
    inputs: { x },
    integers: geometry(x.shape, output, attributes),
    code: `${LARGEST} fn value(index : i32) -> f32 { return x[largest(index)]; }`,
  })
}

export const averagePool: WebgpuKernel<PoolAttributes> = (call, attributes) => {
  const x = call.input('x')
  const output = poolShape(x.shape, attributes)
  return call.run({
    output,
    inputs: { x },
    integers: geometry(x.shape, output, attributes),
    code: `
      fn value(index : i32) -> f32 {
        ${WINDOW}
        var sum = 0.0;
        for (var row = firstRow; row < lastRow; row++) {
          var ofRow = 0.0;
          for (var column = firstColumn; column < lastColumn; column++) {
            ofRow += x[((n * uniforms.height + row) * uniforms.width + column) * uniforms.channels + c];
          }
          sum += ofRow;
        }
        return sum / f32((lastRow - firstRow) * (lastColumn - firstColumn));
      }`,
  })
}

export const maxPoolGradient: WebgpuKernel<PoolAttributes> = (call, attributes) =>
  toLargest(call, call.input('dy'), call.input('x'), attributes)

export const averagePoolGradient: WebgpuKernel<PoolAttributes & { readonly inputShape: Shape }> = (call, attributes) =>
  toAll(call, call.input('dy'), attributes.inputShape, attributes)

/** dx from dy: to the first largest cell of each window. */
export function toLargest(call: Call, dy: TensorInfo, x: TensorInfo, attributes: PoolAttributes): TensorInfo {
  const integers = geometry(x.shape, dy.shape, attributes)
  const chosen = call.run({
    output: dy.shape,
    dtype: 'int32',
    inputs: { x },
    integers,
    code: `${LARGEST} fn value(index : i32) -> i32 { return largest(index); }`,
  })
  const share = 'select(0.0, dy[window], chosen[window] == index)'
  return call.run({ output: x.shape, inputs: { dy, chosen }, integers, code: fromWindows(share) })
}

/** dx from dy: to all cells of each window alike. */
export function toAll(call: Call, dy: TensorInfo, inputShape: Shape, attributes: PoolAttributes): TensorInfo {
  return call.run({
    output: inputShape,
    inputs: { dy },
    integers: geometry(inputShape, dy.shape, attributes),
    code: `
      fn cells(index : i32) -> f32 {
        ${WINDOW}
        return f32((lastRow - firstRow) * (lastColumn - firstColumn));
      }
      ${fromWindows('dy[window] / cells(window)')}`,
  })
}

/** WGSL that sums a share over all windows that hold a cell of x. */
function fromWindows(share: string): string {
  return `
    fn value(index : i32) -> f32 {
      let c = index % uniforms.channels;
      let column = index / uniforms.channels % uniforms.width;
      let row = index / uniforms.channels / uniforms.width % uniforms.height;
      let n = index / uniforms.channels / uniforms.width / uniforms.height;
      let above = row + uniforms.top;
      let before = column + uniforms.left;
      let lastDown = min(above / uniforms.strideDown, uniforms.outHeight - 1);
      let lastAcross = min(before / uniforms.strideAcross, uniforms.outWidth - 1);
      let firstAcross = max(before - uniforms.sizeAcross + uniforms.strideAcross, 0) / uniforms.strideAcross;
      var sum = 0.0;
      for (var down = max(above - uniforms.sizeDown + uniforms.strideDown, 0) / uniforms.strideDown; down <= lastDown; down++) {
        for (var across = firstAcross; across <= lastAcross; across++) {
          let window = ((n * uniforms.outHeight + down) * uniforms.outWidth + across) * uniforms.channels + c;
          sum += ${share};
        }
      }
      return sum;
    }`
}

function geometry(x: Shape, y: Shape, { size, strides, pads }: PoolAttributes): Record<string, number> {
  const [, height = 0, width = 0, channels = 0] = x
  const [, outHeight = 0, outWidth = 0] = y
  return {
    height,
    width,
    channels,
    outHeight,
    outWidth,
    sizeDown: size[0],
    sizeAcross: size[1],
    strideDown: strides[0],
    strideAcross: strides[1],
    top: pads[0],
    left: pads[2],
  }
}
