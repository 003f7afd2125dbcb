import { type ResizeAttributes, resizeShape, type Shape } from '../contract.ts'
import type { WebgpuKernel } from './call.ts'

/**
 * How much cell `from` of the input counts for cell `to` of the output along a side. The position is a fraction of whole
 * numbers: its whole part and its remainder are exact.
 */
const SHARE = `
  fn first(to : i32, length : i32, count : i32) -> vec2<i32> {
    if (uniforms.alignCorners == 1) {
      if (count == 1) { return vec2<i32>(0, 0); }
      let position = to * (length - 1);
      return vec2<i32>(position / (count - 1), position % (count - 1));
    }
    let position = clamp((2 * to + 1) * length - count, 0, 2 * count * (length - 1));
    return vec2<i32>(position / (2 * count), position % (2 * count));
  }
  fn second(at : vec2<i32>, count : i32) -> f32 {
    return f32(at.y) / f32(select(2 * count, max(count - 1, 1), uniforms.alignCorners == 1));
  }`

export const resizeBilinear: WebgpuKernel<ResizeAttributes> = (call, attributes) => {
  const x = call.input('x')
  const output = resizeShape(x.shape, attributes)
  return call.run({
    output,
    inputs: { x },
    integers: geometry(x.shape, attributes),
    code: `
      ${SHARE}
      // Nothing of an infinite value is nothing.
      fn part(weight : f32, value : f32) -> f32 {
        return select(weight * value, 0.0, weight == 0.0);
      }
      fn value(index : i32) -> f32 {
        let c = index % uniforms.channels;
        let across = index / uniforms.channels % uniforms.outWidth;
        let down = index / uniforms.channels / uniforms.outWidth % uniforms.outHeight;
        let n = index / uniforms.channels / uniforms.outWidth / uniforms.outHeight;
        let row = first(down, uniforms.height, uniforms.outHeight);
        let column = first(across, uniforms.width, uniforms.outWidth);
        let top = (n * uniforms.height + row.x) * uniforms.width;
        let bottom = top + select(0, uniforms.width, row.y > 0);
        let left = column.x;
        let right = left + select(0, 1, column.y > 0);
        let lower = second(row, uniforms.outHeight);
        let further = second(column, uniforms.outWidth);
        return part((1.0 - lower) * (1.0 - further), x[(top + left) * uniforms.channels + c])
          + part((1.0 - lower) * further, x[(top + right) * uniforms.channels + c])
          + part(lower * (1.0 - further), x[(bottom + left) * uniforms.channels + c])
          + part(lower * further, x[(bottom + right) * uniforms.channels + c]);
      }`,
  })
}

export const resizeBilinearGradient: WebgpuKernel<ResizeAttributes & { readonly inputShape: Shape }> = (
  call,
  attributes,
) =>
  call.run({
    output: attributes.inputShape,
    inputs: { dy: call.input('dy') },
    integers: geometry(attributes.inputShape, attributes),
    code: `
      ${SHARE}
      fn share(to : i32, cell : i32, length : i32, count : i32) -> f32 {
        let at = first(to, length, count);
        let rest = second(at, count);
        return select(0.0, 1.0 - rest, at.x == cell) + select(0.0, rest, at.x + 1 == cell);
      }
      // The cells of the output that a cell of the input may count for, a few more than do: x <= to <= y. Those at the
      // ends count for all that is clipped to them.
      fn reach(cell : i32, length : i32, count : i32) -> vec2<i32> {
        let step = f32(count) / f32(max(length - uniforms.alignCorners, 1));
        let low = i32(floor(f32(cell - 1) * step)) - 2;
        let high = i32(ceil(f32(cell + 2) * step)) + 2;
        return vec2<i32>(select(max(low, 0), 0, cell == 0), select(min(high, count - 1), count - 1, cell == length - 1));
      }
      fn value(index : i32) -> f32 {
        let c = index % uniforms.channels;
        let column = index / uniforms.channels % uniforms.width;
        let row = index / uniforms.channels / uniforms.width % uniforms.height;
        let n = index / uniforms.channels / uniforms.width / uniforms.height;
        let rows = reach(row, uniforms.height, uniforms.outHeight);
        let columns = reach(column, uniforms.width, uniforms.outWidth);
        var sum = 0.0;
        for (var down = rows.x; down <= rows.y; down++) {
          var ofRow = 0.0;
          let start = (n * uniforms.outHeight + down) * uniforms.outWidth;
          for (var across = columns.x; across <= columns.y; across++) {
            ofRow += share(across, column, uniforms.width, uniforms.outWidth) * dy[(start + across) * uniforms.channels + c];
          }
          sum += share(down, row, uniforms.height, uniforms.outHeight) * ofRow;
        }
        return sum;
      }`,
  })

function geometry(x: Shape, { size, alignCorners }: ResizeAttributes): Record<string, number> {
  const [, height = 0, width = 0, channels = 0] = x
  return { height, width, channels, outHeight: size[0], outWidth: size[1], alignCorners: Number(alignCorners) }
}
