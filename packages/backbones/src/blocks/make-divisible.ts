/** The multiple of a divisor nearest to a width, at least the divisor and not below 90 % of the width (MobileNetV2's rule). */
export function makeDivisible(width: number, divisor = 8): number {
  const rounded = Math.max(divisor, Math.floor((width + divisor / 2) / divisor) * divisor)
  return rounded < 0.9 * width ? rounded + divisor : rounded
}
