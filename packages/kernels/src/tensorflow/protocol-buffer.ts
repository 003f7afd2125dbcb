/** One field of a message: its bytes, where it has a length. */
export interface Field {
  readonly field: number
  readonly bytes?: Uint8Array
}

/** Reads the fields of a message in protocol buffers' wire format. */
export function* fields(message: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++] ?? 0
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
  while (at < message.length) {
    const tag = varint()
    const field = Math.floor(tag / 8)
    const wire = tag % 8
    if (wire === 2) {
      const length = varint()
      yield { field, bytes: message.subarray(at, at + length) }
      at += length
    } else {
      if (wire === 0) varint()
      else at += wire === 1 ? 8 : 4
      yield { field }
    }
  }
}

const decoder = new TextDecoder()

/** The text of a field. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}
