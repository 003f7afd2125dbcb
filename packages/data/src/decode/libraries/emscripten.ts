import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { DecodedPixels } from '../image-decoder.ts'
import type { ImageFileInfo } from '../image-file-info.ts'

/** What a decoder of the packages @jsquash/… exports. */
interface Library {
  readonly init: (options: object) => Promise<void>
  readonly default: (bytes: Uint8Array) => Promise<ImageData>
}

/** A memory never shrinks; beyond so many bytes it is given back. */
const KEPT = 2 ** 26
/** What a decoder may take besides: for itself, and for each pixel. */
const ROOM = 2 ** 26
const ROOM_PER_PIXEL = 40

type Exports = Readonly<Record<string, unknown>>

/**
 * Decodes by a WebAssembly module of one of the packages @jsquash/…, in memory of a limited size: a file might hold a picture
 * larger than its header says. After an error, or a large picture, a new instance is made.
 *
 * @param load - imports the package's decoder
 * @param wasm - the module, as an import names it
 */
export async function emscriptenDecode(
  load: () => Promise<unknown>,
  wasm: string,
): Promise<(bytes: Uint8Array, info: ImageFileInfo) => Promise<DecodedPixels>> {
  const library = (await load()) as Library
  const module = await WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(wasm)))
  let memory: WebAssembly.Memory | undefined
  let limit = 0

  const instantiate = (imports: WebAssembly.Imports, receive: (instance: { exports: Exports }) => void): Exports => {
    const exports = Object.entries(new WebAssembly.Instance(module, imports).exports).map(([name, value]) => {
      if (!(value instanceof WebAssembly.Memory)) return [name, value] as const
      memory = value
      return [name, limited(value, () => limit)] as const
    })
    const limitedExports = Object.fromEntries(exports)
    receive({ exports: limitedExports })
    return limitedExports
  }

  return async (bytes, info) => {
    limit = ROOM + 2 * bytes.length + ROOM_PER_PIXEL * info.width * info.height
    if (!memory) await library.init({ instantiateWasm: instantiate, print: () => {}, printErr: () => {} })
    try {
      const { data, width, height } = await library.default(bytes)
      if (memory && memory.buffer.byteLength > KEPT) memory = undefined
      return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, channels: 4 }
    } catch (error) {
      memory = undefined
      throw error
    }
  }
}

/** A memory that doesn't grow beyond a limit, as Emscripten's code sees it. */
function limited(memory: WebAssembly.Memory, limit: () => number): Pick<WebAssembly.Memory, 'buffer' | 'grow'> {
  return {
    get buffer() {
      return memory.buffer
    },
    grow(pages) {
      if (memory.buffer.byteLength + 65536 * pages > limit()) throw new RangeError('more memory than the picture needs')
      return memory.grow(pages)
    },
  }
}
