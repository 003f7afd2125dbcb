/** The section of a module that says what memory it makes. */
const MEMORY_SECTION = 5
const HAS_MAXIMUM = 1
const SHARED = 2

/**
 * Runs `start`, which instantiates a module that makes its own memory, and has this memory made for several threads.
 * The backend of tfjs has such a module only where it starts threads of its own, which it does not do in Node.
 */
export async function withSharedMemory<T>(start: () => Promise<T>): Promise<T> {
  const original = WebAssembly.instantiate
  const patched = (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports): unknown =>
    source instanceof WebAssembly.Module ? original(source, imports) : original(shareMemory(source), imports)
  WebAssembly.instantiate = patched as typeof WebAssembly.instantiate
  try {
    return await start()
  } finally {
    WebAssembly.instantiate = original
  }
}

/** The module with its memory marked as shared; as it was where it makes none, or one without a maximum. */
export function shareMemory(source: BufferSource): BufferSource {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at]
    const [size, content] = readNumber(bytes, at + 1)
    if (id === MEMORY_SECTION) {
      const [, flags] = readNumber(bytes, content)
      if (bytes[flags] !== HAS_MAXIMUM) return source
      const copy = bytes.slice()
      copy[flags] = HAS_MAXIMUM | SHARED
      return copy
    }
    at = content + size
  }
  return source
}

/** A number in base 128 and where it ends. */
function readNumber(bytes: Uint8Array, from: number): [value: number, end: number] {
  let value = 0
  for (let at = from, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at] ?? 0
    value += (byte & 127) * 2 ** shift
    if (byte < 128) return [value, at + 1]
  }
}
