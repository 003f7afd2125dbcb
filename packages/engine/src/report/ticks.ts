/** Round numbers that cover a range: steps of 1, 2 or 5 times a power of ten, `count` of them or fewer. */
export function ticks(from: number, to: number, count: number): number[] {
  const span = to - from || Math.abs(to) || 1
  const rough = span / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power
  const first = Math.floor(from / step + 1e-9)
  const last = Math.max(Math.ceil(to / step - 1e-9), first + 1)
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** A short number for an axis. */
export function tickLabel(value: number): string {
  const size = Math.abs(value)
  if (value === 0) return '0'
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(4))}k`
  return size < 1e-3 ? value.toExponential(1).replace('.0e', 'e') : String(Number(value.toPrecision(4)))
}
