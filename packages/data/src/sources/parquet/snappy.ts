import { Malformed } from './thrift.ts'

/**
 * Unpacks Snappy's raw format: a length, then literals and copies of what was unpacked before.
 *
 * @param length - that the result must have
 * @throws {@link Malformed} where the bytes aren't such a packed text of this length
 */
export function unpackSnappy(bytes: Uint8Array, length: number): Uint8Array {
  let at = 0
  let done = 0
  const fail = (problem: string): never => {
    throw new Malformed(problem, at)
  }
  const next = (count: number): number => {
    if (at + count > bytes.length) fail('the packed bytes end early')
    let value = 0
    for (let i = 0; i < count; i++) value += (bytes[at++] as number) * 256 ** i
    return value
  }

  let claimed = 0
  for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
    const byte = next(1)
    claimed += (byte & 127) * scale
    if (byte < 128) break
  }
  // Three bytes make 64 at most, so memory for a false length isn't taken.
  if (claimed !== length || length > 32 * bytes.length) fail(`${bytes.length} packed bytes can't be ${length}`)
  const result = new Uint8Array(length)
  while (at < bytes.length) {
    const tag = next(1)
    if ((tag & 3) === 0) {
      const short = tag >> 2
      const count = 1 + (short < 60 ? short : next(short - 59))
      if (at + count > bytes.length || done + count > length) fail('a literal goes beyond the end')
      result.set(bytes.subarray(at, at + count), done)
      at += count
      done += count
      continue
    }
    const isShort = (tag & 3) === 1
    const count = isShort ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2)
    const back = isShort ? (tag >> 5) * 256 + next(1) : next((tag & 3) === 2 ? 2 : 4)
    if (back === 0 || back > done || done + count > length) fail('a copy goes beyond the ends')
    // What is copied may reach into what it makes.
    for (const end = done + count; done < end; done++) result[done] = result[done - back] as number
  }
  if (done !== length) fail(`the packed bytes have ${done} of ${length} bytes`)
  return result
}
