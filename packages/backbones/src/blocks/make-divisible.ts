/** The multiple of 8 nearest to a width, at least 8 and not below 90 % of it (MobileNetV2's rule). */
export function makeDivisible(width: number): number {
  const rounded = Math.max(8, Math.floor((width + 4) / 8) * 8)
  return rounded < 0.9 * width ? rounded + 8 : rounded
}
