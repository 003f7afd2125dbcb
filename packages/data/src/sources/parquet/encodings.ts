import { Malformed } from './thrift.ts'

/**
 * Reads whole numbers of Parquet's hybrid of runs and packed bits.
 *
 * @param width - bits per number, 0 to 32
 * @param count - how many numbers there must be; runs that are longer are cut
 * @throws {@link Malformed} where the bytes end before
 */
export function readHybrid(bytes: Uint8Array, width: number, count: number): Uint32Array {
  const numbers = new Uint32Array(count)
  if (width === 0) return numbers
  let at = 0
  const fail = (problem: string): never => {
    throw new Malformed(problem, at)
  }
  if (width > 32) fail(`numbers of ${width} bits`)
  for (let done = 0; done < count; ) {
    let head = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? fail(`there are ${done} of ${count} numbers`)
      head += (byte & 127) * scale
      if (byte < 128) break
      if (scale > 2 ** 28) fail('the length of a run does not end')
    }
    const length = Math.floor(head / 2)
    if (head % 2 === 0) {
      let value = 0
      for (let i = 0; i < Math.ceil(width / 8); i++) value += (bytes[at++] ?? fail('a run has no value')) * 256 ** i
      const end = Math.min(count, done + length)
      if (end === done) fail('a run has no length')
      numbers.fill(value, done, end)
      done = end
    } else {
      const wanted = Math.min(count - done, 8 * length)
      if (wanted === 0 || at + Math.ceil((wanted * width) / 8) > bytes.length) fail('packed bits go beyond the end')
      for (let i = 0, bit = 0; i < wanted; i++, bit += width) {
        let value = 0
        for (let got = 0; got < width; ) {
          const place = bit + got
          const take = Math.min(8 - (place & 7), width - got)
          value += (((bytes[at + (place >> 3)] as number) >> (place & 7)) & ((1 << take) - 1)) * 2 ** got
          got += take
        }
        numbers[done++] = value
      }
      at += length * width
    }
  }
  return numbers
}

/** How many bits the numbers 0 … most take. */
export function bitsFor(most: number): number {
  return 32 - Math.clz32(most)
}

/**
 * Reads values that are stored one after another.
 *
 * @param type - Parquet's number
 * @throws {@link Malformed} where the bytes end before, or for a type that no picture or label has
 */
export function readPlain(bytes: Uint8Array, type: number, count: number): (Uint8Array | number)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sizes: Readonly<Record<number, number>> = { 1: 4, 2: 8, 4: 4, 5: 8 }
  const size = sizes[type]
  if (type === 0) {
    if (8 * bytes.length < count) throw new Malformed(`${bytes.length} bytes can't be ${count} truth values`, 0)
    return Array.from({ length: count }, (_, i) => ((bytes[i >> 3] as number) >> (i & 7)) & 1)
  }
  if (size !== undefined) {
    if (bytes.length < count * size) throw new Malformed(`${bytes.length} bytes can't be ${count} numbers`, 0)
    const read = [
      () => 0,
      (at: number) => view.getInt32(at, true),
      (at: number) => Number(view.getBigInt64(at, true)),
      () => 0,
      (at: number) => view.getFloat32(at, true),
      (at: number) => view.getFloat64(at, true),
    ][type] as (at: number) => number
    return Array.from({ length: count }, (_, i) => read(i * size))
  }
  if (type !== 6) throw new Malformed(`values of type ${type} are neither pictures nor labels`, 0)
  if (bytes.length < 4 * count) throw new Malformed(`${bytes.length} bytes can't be ${count} values`, 0)
  let at = 0
  return Array.from({ length: count }, () => {
    if (at + 4 > bytes.length) throw new Malformed('the bytes end before the values', at)
    const length = view.getUint32(at, true)
    at += 4
    if (length > bytes.length - at) throw new Malformed(`a value of ${length} bytes goes beyond the end`, at)
    at += length
    return bytes.subarray(at - length, at)
  })
}
