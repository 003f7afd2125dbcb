/** A model in the plot. */
export interface PlotPoint {
  readonly name: string
  /** Above 0, on a logarithmic axis. */
  readonly cost: number
  /** In [0, 1]. */
  readonly top1: number
  /** What is shown when the pointer rests on it, besides name and accuracy. */
  readonly details: string
}

/** What the plot is of. */
export interface PlotOptions {
  readonly title: string
  /** Below the axis of costs. */
  readonly costLabel: string
  /** Writes a cost: `1.2 G`. */
  readonly format: (cost: number) => string
}

const WIDTH = 1000
const HEIGHT = 640
const FRAME = { left: 64, right: 24, top: 56, bottom: 56 }
const INK = '#1f2937'
const GREY = '#9ca3af'
const ACCENT = '#d9480f'

/**
 * Accuracy against cost as SVG: each model a dot that tells its name, the Pareto front (no other model is as accurate
 * for less) joined by a line and labelled.
 *
 * @param points - at least one
 * @returns a whole SVG document, which needs nothing else
 */
export function accuracyPlot(points: readonly PlotPoint[], { title, costLabel, format }: PlotOptions): string {
  const costs = points.map(({ cost }) => Math.log10(cost))
  const x = scale(Math.min(...costs), Math.max(...costs), FRAME.left, WIDTH - FRAME.right)
  const accuracies = points.map(({ top1 }) => top1)
  const y = scale(Math.min(...accuracies), Math.max(...accuracies), HEIGHT - FRAME.bottom, FRAME.top)
  const at = ({ cost, top1 }: PlotPoint): readonly [number, number] => [x.of(Math.log10(cost)), y.of(top1)]
  const front = paretoFront(points)
  const others = points.filter((point) => !front.includes(point))
  const path = front.map((point, i) => `${i === 0 ? 'M' : 'L'}${at(point).map(round).join(' ')}`).join('')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    `<text x="${FRAME.left}" y="28" font-size="17" font-weight="600">${escaped(title)}</text>`,
    ...costTicks(x.low, x.high).map((cost) => tickOfCost(x.of(Math.log10(cost)), format(cost))),
    ...accuracyTicks(y.low, y.high).map((top1) => tickOfAccuracy(y.of(top1), top1)),
    text(WIDTH / 2, HEIGHT - 14, costLabel, 'middle'),
    text(FRAME.left - 48, FRAME.top - 14, 'top-1', 'start'),
    ...others.map((point) => dot(at(point), point, GREY, 3.5, format)),
    `<path d="${path}" fill="none" stroke="${ACCENT}" stroke-width="1.5"/>`,
    ...front.map((point) => dot(at(point), point, ACCENT, 4.5, format)),
    ...labels(front.map((point) => ({ name: point.name, at: at(point) }))),
    '</svg>',
    '',
  ].join('\n')
}

/** The models that no other beats, which is to be at least as accurate for no more. The cheapest first. */
function paretoFront(points: readonly PlotPoint[]): PlotPoint[] {
  const sorted = [...points].sort((a, b) => a.cost - b.cost || b.top1 - a.top1)
  let best = Number.NEGATIVE_INFINITY
  return sorted.filter(({ top1 }) => {
    if (top1 <= best) return false
    best = top1
    return true
  })
}

/** A linear scale with some room on both ends. */
function scale(least: number, most: number, from: number, to: number) {
  const room = 0.04 * (most - least) || 0.5 * Math.max(Math.abs(most), 0.1)
  const low = least - room
  const high = most + room
  return { low, high, of: (value: number): number => from + ((value - low) / (high - low)) * (to - from) }
}

/** 1, 2 and 5 times powers of ten, or powers of ten alone where that is enough, between two logarithms. */
function costTicks(low: number, high: number): number[] {
  const steps = high - low > 2.5 ? [1] : [1, 2, 5]
  const powers = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i)
  return powers.flatMap((power) => steps.map((step) => step * 10 ** power)).filter((cost) => within(Math.log10(cost)))

  function within(logarithm: number): boolean {
    return logarithm >= low && logarithm <= high
  }
}

function accuracyTicks(low: number, high: number): number[] {
  const step = high - low > 0.25 ? 0.05 : high - low > 0.08 ? 0.02 : 0.01
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step)
}

function tickOfCost(x: number, label: string): string {
  return `${line(x, FRAME.top, x, HEIGHT - FRAME.bottom)}${text(x, HEIGHT - FRAME.bottom + 18, label, 'middle')}`
}

function tickOfAccuracy(y: number, top1: number): string {
  return `${line(FRAME.left, y, WIDTH - FRAME.right, y)}${text(FRAME.left - 8, y + 4, `${Math.round(100 * top1)} %`, 'end')}`
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#e5e7eb"/>`
}

function text(x: number, y: number, value: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(value)}</text>`
}

function dot(
  at: readonly [number, number],
  point: PlotPoint,
  colour: string,
  radius: number,
  format: PlotOptions['format'],
): string {
  const told = `${point.name}: ${(100 * point.top1).toFixed(2)} %, ${format(point.cost)}${point.details}`
  const place = `cx="${round(at[0])}" cy="${round(at[1])}" r="${radius}"`
  return `<circle ${place} fill="${colour}" fill-opacity="0.8"><title>${escaped(told)}</title></circle>`
}

/** Names to the lower right of their dots; one that would cover another is left out, as its dot tells it. */
function labels(named: readonly { readonly name: string; readonly at: readonly [number, number] }[]): string[] {
  const placed: { x: number; y: number; width: number }[] = []
  return [...named].reverse().flatMap(({ name, at }) => {
    const width = 6.3 * name.length
    const right = at[0] + 8 + width > WIDTH
    const box = { x: right ? at[0] - 8 - width : at[0] + 8, y: at[1] + 14, width }
    const covers = placed.some(
      (other) => Math.abs(other.y - box.y) < 13 && box.x < other.x + other.width && other.x < box.x + width,
    )
    if (covers) return []
    placed.push(box)
    return [text(box.x, box.y, name, 'start')]
  })
}

const round = (value: number): number => Math.round(10 * value) / 10

const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
