import { html, type Markup } from './markup.ts'
import { tickLabel, ticks } from './ticks.ts'

/** A point: x, then y. */
type Point = readonly [x: number, y: number]

/** One line of a chart. */
interface Series {
  readonly name: string
  /** In the order of x. */
  readonly points: readonly Point[]
  /** Marks each point, for lines of few. */
  readonly marks?: boolean
}

/** What a chart shows. */
export interface ChartOptions {
  readonly title: string
  readonly x: string
  readonly series: readonly Series[]
  /** Writes a value of the y axis. Default: a short number. */
  readonly format?: (y: number) => string
}

const WIDTH = 460
const HEIGHT = 250
const LEFT = 56
const RIGHT = 24
const TOP = 14
const BOTTOM = 40
/** More points than a screen has pixels are averaged. */
const MOST_POINTS = 400

/** A line chart as SVG with axes, ticks and a legend. Nothing where no line has a point. */
export function chart({ title, x, series, format = tickLabel }: ChartOptions): Markup {
  const lines = series
    .map((line) => ({ ...line, points: thin(line.points.filter(([, y]) => Number.isFinite(y))) }))
    .filter((line) => line.points.length > 0)
  if (lines.length === 0) return html``
  const points = lines.flatMap((line) => line.points)
  const xTicks = ticks(0, Math.max(...points.map(([value]) => value)), 6)
  const lowest = Math.min(...points.map(([, value]) => value))
  const highest = Math.max(...points.map(([, value]) => value))
  // The axis begins at 0 unless that would flatten the curve.
  const fromZero = lowest >= 0 && (lowest < 0.5 * highest || lowest === highest)
  const yTicks = ticks(fromZero ? 0 : lowest, highest, 5)
  const px = scale(xTicks, LEFT, WIDTH - RIGHT)
  const py = scale(yTicks, HEIGHT - BOTTOM, TOP)
  return html`<figure class="chart"><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${yTicks.map(
  (tick) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${py(tick)}" y2="${py(tick)}"/>
<text class="tick" text-anchor="end" x="${LEFT - 8}" y="${py(tick) + 4}">${format(tick)}</text>
`,
)}
<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}"/>
${xTicks.map(
  (
    tick,
  ) => html`<line class="axis" x1="${px(tick)}" x2="${px(tick)}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM + 4}"/>
<text class="tick" text-anchor="middle" x="${px(tick)}" y="${HEIGHT - BOTTOM + 17}">${tickLabel(tick)}</text>
`,
)}
<text class="tick" text-anchor="middle" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}">${x}</text>
${lines.map((line, i) => drawn(line, i, px, py))}
</svg>
${lines.length > 1 ? legend(lines) : html``}</figure>
`
}

function drawn({ points, name, marks }: Series, i: number, px: Scale, py: Scale): Markup {
  const place = ([x, y]: Point): string => `${px(x)},${py(y)}`
  const dots = marks || points.length === 1 ? points : []
  return html`<polyline class="line series-${i}" points="${points.map(place).join(' ')}"/>
${dots.map(([x, y]) => html`<circle class="dot series-${i}" cx="${px(x)}" cy="${py(y)}" r="3"><title>${name}: ${tickLabel(y)}</title></circle>`)}
`
}

function legend(lines: readonly Series[]): Markup {
  return html`<p class="legend">${lines.map(({ name }, i) => html`<span><i class="series-${i}"></i>${name}</span>`)}</p>`
}

type Scale = (value: number) => number

function scale(range: readonly number[], from: number, to: number): Scale {
  const low = range[0] ?? 0
  const high = range.at(-1) ?? 1
  return (value) => Math.round(10 * (from + ((value - low) / (high - low)) * (to - from))) / 10
}

function thin(points: readonly Point[]): readonly Point[] {
  const size = Math.ceil(points.length / MOST_POINTS)
  if (size <= 1) return points
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i): Point => {
    const part = points.slice(i * size, (i + 1) * size)
    return [mean(part.map(([x]) => x)), mean(part.map(([, y]) => y))]
  })
}
