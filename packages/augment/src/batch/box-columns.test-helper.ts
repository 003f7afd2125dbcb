import type { Rectangle } from '../index.ts'

/** Values of boxes in a picture of 48 by 64; an empty box is nowhere. */
export function boxColumns(
  boxes: readonly Rectangle[],
): Readonly<Record<'left' | 'top' | 'width' | 'height' | 'area', readonly number[]>> {
  const placed = boxes.map((box) => (box.width * box.height > 0 ? box : { left: 0, top: 0, width: 0, height: 0 }))
  return {
    left: placed.map(({ left }) => left),
    top: placed.map(({ top }) => top),
    width: placed.map(({ width }) => width),
    height: placed.map(({ height }) => height),
    area: placed.map(({ width, height }) => (width * height) / (48 * 64)),
  }
}
