const BLOCK = 512

/**
 * The header of a file in a tar file (ustar), which its content follows, filled up to 512 bytes.
 *
 * @param name - at most 100 characters of ASCII
 */
export function tarHeader(name: string, length: number): Uint8Array {
  const header = new Uint8Array(BLOCK)
  const put = (text: string, at: number): void => header.set(new TextEncoder().encode(text), at)
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`
  put(name, 0)
  put(octal(0o644, 7), 100)
  put(octal(0, 7), 108)
  put(octal(0, 7), 116)
  put(octal(length, 11), 124)
  put(octal(0, 11), 136) // no time, so that the same pictures give the same bytes
  put(' '.repeat(8), 148)
  put('0', 156)
  put('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  put(`${octal(sum, 6)} `, 148)
  return header
}

/** The zeros that follow a content of this length. */
export function tarPadding(length: number): Uint8Array {
  return new Uint8Array((BLOCK - (length % BLOCK)) % BLOCK)
}

/** What ends a tar file. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK)
