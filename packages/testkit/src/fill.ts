/**
 * The values that the reference models of the fixtures are filled with: a function of the name and the shape of an
 * array alone, so that any implementation can build the same model without a weight file.
 *
 * With u = hash(key, i) / 2 ** 32: names that end in `_mean` get 0.2 * (u - 0.5), in `_variance` 0.5 + u; 4 dimensions
 * gain * sqrt(6 / fanIn) * (2u - 1); 2 dimensions gain * sqrt(3 / shape[0]) * (2u - 1); 1 dimension whose name doesn't
 * end in `bias` 0.5 + u; all others 0.2 * (u - 0.5). In float64, then rounded to float32, as numpy does.
 *
 * @param key - the array's path in the state dict
 * @param shape - as the reference has it: filters [out, in, height, width], matrices [in, out]
 * @param gain - of the weights. Default: 1
 * @returns the values in C order of that shape
 */
export function fill(key: string, shape: readonly number[], gain = 1): Float32Array {
  const count = shape.reduce((product, length) => product * length, 1)
  const [first = 1, second = 1, third = 1, fourth = 1] = shape
  if (key.endsWith('_mean')) return affine(key, count, 1, -0.5, 0.2)
  if (key.endsWith('_variance')) return affine(key, count, 1, 0.5, 1)
  if (shape.length === 4) return affine(key, count, 2, -1, gain * Math.sqrt(6 / (second * third * fourth)))
  if (shape.length === 2) return affine(key, count, 2, -1, gain * Math.sqrt(3 / first))
  if (shape.length === 1 && !key.endsWith('bias')) return affine(key, count, 1, 0.5, 1)
  return affine(key, count, 1, -0.5, 0.2)
}

/**
 * The reference input: noise on blocks of colour, 0.5 * (2u - 1) + 1.5 * (block / 7 * 2 - 1) with
 * block = (floor(8x / size) + 3 * floor(8y / size) + 5c + 7b) mod 8.
 *
 * @param batch - pictures
 * @param size - height and width in pixels
 * @param key - of the noise, which is drawn in the order [batch, channel, y, x]. Default: `input`
 * @returns the values of [batch, size, size, 3]
 */
export function image(batch: number, size: number, key = 'input'): Float32Array {
  const seed = fnv1a(key)
  const values = new Float32Array(batch * size * size * 3)
  let index = 0
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          const noise = 0.5 * (2 * uniform(seed, index++) - 1)
          const block = (Math.floor((8 * x) / size) + 3 * Math.floor((8 * y) / size) + 5 * c + 7 * b) % 8
          values[((b * size + y) * size + x) * 3 + c] = noise + 1.5 * ((block / 7) * 2 - 1)
        }
      }
    }
  }
  return values
}

/** factor * (slope * u + offset) for each index. */
function affine(key: string, count: number, slope: number, offset: number, factor: number): Float32Array {
  const seed = fnv1a(key)
  const values = new Float32Array(count)
  for (let i = 0; i < count; i++) values[i] = factor * (slope * uniform(seed, i) + offset)
  return values
}

/** In [0, 1), by 32 bits that are mixed from the seed and the index. */
function uniform(seed: number, index: number): number {
  let h = (seed + Math.imul(index, 0x9e3779b9)) | 0
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296
}

/** FNV-1a of 32 bits over UTF-8. */
function fnv1a(text: string): number {
  let h = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193)
  return h
}
