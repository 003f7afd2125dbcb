/** What {@link lowFrequencyImage} is made of. */
export interface LowFrequencyOptions {
  readonly width: number
  readonly height: number
  /** A wave of frequency f has a strength of f^-decayPower. */
  readonly decayPower: number
  /** Draws a normal number. */
  readonly normal: () => number
}

/**
 * A sum of random waves, [height, width], of which only the order of the values means something.
 *
 * The spectrum is that of the authors' code, which PaddleClas has too, not that of their paper: the random numbers are
 * indexed one axis off there, so that along the rows there are waves of frequency 0 and 1 alone, and down the columns one
 * for each frequency of a row. Real and imaginary parts have strengths of their own.
 */
export function lowFrequencyImage({ width, height, decayPower, normal }: LowFrequencyOptions): Float64Array {
  const frequencies = Math.min(Math.floor(width / 2) + 1 + (width % 2), width, height)
  const real = new Float64Array(2 * frequencies) // [frequency down a column, frequency along a row]
  const imaginary = new Float64Array(2 * frequencies)
  for (const [row, part] of [real, imaginary].entries()) {
    for (let k = 0; k < frequencies; k++) {
      const frequency = Math.hypot(Math.min(k, width - k) / width, row / height)
      const strength = Math.max(frequency, 1 / Math.max(width, height)) ** -decayPower
      part[2 * k] = strength * normal()
      part[2 * k + 1] = strength * normal()
    }
  }

  const [cosDown, sinDown] = waveTable(height)
  const [cosAlong, sinAlong] = waveTable(width)
  // Frequency 1 of a row stands for -1 too, which is another one where a row has more than two pixels.
  const weight = Math.min(2, width - 1)
  const image = new Float64Array(width * height)
  for (let y = 0; y < height; y++) {
    let constant = 0
    let cosPart = 0
    let sinPart = 0
    for (let k = 0; k < frequencies; k++) {
      const cos = cosDown[(k * y) % height] as number
      const sin = sinDown[(k * y) % height] as number
      const [a, b] = [real[2 * k + 1] as number, imaginary[2 * k + 1] as number]
      constant += (real[2 * k] as number) * cos - (imaginary[2 * k] as number) * sin
      cosPart += a * cos - b * sin
      sinPart += a * sin + b * cos
    }
    for (let x = 0; x < width; x++) {
      const wave = cosPart * (cosAlong[x] as number) - sinPart * (sinAlong[x] as number)
      image[y * width + x] = constant + weight * wave
    }
  }
  return image
}

/**
 * The own picture's part for each pixel of an image: 1 for the `kept` highest, else 0. Over the `soft` ranks to each side
 * of that edge it falls from 1 to 0 evenly.
 */
export function maskOf(image: Float64Array, kept: number, soft: number): Float32Array {
  const sorted = image.slice().sort()
  // Ranks count from the highest value.
  const first = kept - soft
  const last = kept + soft - 1
  const valueAt = (rank: number): number => sorted[image.length - 1 - rank] ?? Number.NEGATIVE_INFINITY
  const inside = first > 0 ? valueAt(first - 1) : Number.POSITIVE_INFINITY
  const outside = valueAt(last + 1)
  return Float32Array.from(image, (value) => {
    if (value >= inside) return 1
    if (value <= outside) return 0
    return 1 - (higher(sorted, value) - first) / (last - first)
  })
}

/** How many values of an ascending list are higher than one of them. */
function higher(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return sorted.length - low
}

/** One wave of a length: its cosines and its sines. */
function waveTable(length: number): [cos: Float64Array, sin: Float64Array] {
  const angles = Float64Array.from({ length }, (_, i) => (2 * Math.PI * i) / length)
  return [angles.map(Math.cos), angles.map(Math.sin)]
}
