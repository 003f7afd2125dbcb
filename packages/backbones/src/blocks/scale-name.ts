/** A width multiplier as published names have it: 0.25 is `x0_25`, 1 is `x1_0`. */
export function scaleName(scale: number): string {
  return `x${Number.isInteger(scale) ? `${scale}_0` : String(scale).replace('.', '_')}`
}
