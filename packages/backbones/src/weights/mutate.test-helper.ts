import { isClasError, type Rng } from '@clas/core'
import { decodeFiles, expected, filesOf } from './fixtures.test-helper.ts'

/** The fixtures' files by fixture. */
export const fixtures: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>> = Object.fromEntries(
  Object.keys(expected).map((name) => [name, filesOf(name)]),
)

/** How the reading of a mutated fixture ended; anything else but these is thrown. */
export type Outcome = 'decoded' | 'corrupt-file' | 'unsafe-file'

const LENGTHS = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

/** Damages one of a fixture's files and reads it: it must decode, or say that it is corrupt or unsafe. */
export async function decodeMutated(name: string, rng: Rng): Promise<Outcome> {
  const files = { ...fixtures[name] }
  const names = Object.keys(files)
  const damaged = names[rng.integer(0, names.length)] as string
  files[damaged] = mutate(files[damaged] as Uint8Array, rng)
  try {
    await decodeFiles(name, files)
    return 'decoded'
  } catch (error) {
    const told = isClasError(error) && typeof error.fields.offset === 'number' && error.message.includes(name)
    if (told && (error.code === 'corrupt-file' || error.code === 'unsafe-file')) return error.code
    throw new Error(`${name}: ${error}`, { cause: error })
  }
}

/** One to three changes: bytes, a bit, a length, a cut, an insertion, a removal, a repetition. */
function mutate(bytes: Uint8Array, rng: Rng): Uint8Array {
  let result: Uint8Array = bytes.slice()
  for (let changes = rng.integer(1, 4); changes > 0; changes--) {
    if (result.length === 0) return result
    const at = rng.integer(0, result.length)
    const end = Math.min(result.length, at + rng.integer(1, 17))
    const kind = rng.integer(0, 10)
    if (kind < 4) result[at] = rng.integer(0, 256)
    else if (kind < 5) result[at] = (result[at] as number) ^ (1 << rng.integer(0, 8))
    else if (kind < 7) setLength(result, at, rng)
    else if (kind < 8) result = result.slice(0, at)
    else if (kind < 9) result = spliced(result, at, rng.integer(0, 2) === 0 ? at : end, randomBytes(rng))
    else result = spliced(result, at, at, result.slice(at, end))
  }
  return result
}

/** Overwrites 4 or 8 bytes with a number that lengths go wrong at. */
function setLength(bytes: Uint8Array, at: number, rng: Rng): void {
  const view = new DataView(bytes.buffer)
  const length = LENGTHS[rng.integer(0, LENGTHS.length)] as number
  if (at + 4 <= bytes.length) view.setUint32(at, length, true)
  if (at + 8 <= bytes.length && rng.integer(0, 2) === 0) view.setUint32(at + 4, rng.integer(0, 2) * length, true)
}

function randomBytes(rng: Rng): Uint8Array {
  return Uint8Array.from({ length: rng.integer(0, 9) }, () => rng.integer(0, 256))
}

function spliced(bytes: Uint8Array, from: number, to: number, inserted: Uint8Array): Uint8Array {
  return new Uint8Array([...bytes.subarray(0, from), ...inserted, ...bytes.subarray(to)])
}
