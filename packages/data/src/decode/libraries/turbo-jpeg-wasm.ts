import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { DecodedPixels, ImageDecoder } from '../image-decoder.ts'
import type { ImageFileInfo } from '../image-file-info.ts'

// The package @cwasm/jpeg-turbo is libjpeg-turbo as WebAssembly. Its own function gives RGBA only, and what an error leaves
// behind stays in its memory for good; so its functions are called directly, in an instance that is left after an error.

/** The functions of the module. A status or an address of 0: all is well, or there is no memory. */
interface Functions {
  readonly memory: WebAssembly.Memory
  readonly malloc: (length: number) => number
  readonly free: (address: number) => void
  readonly tjInitDecompress: () => number
  readonly tjDestroy: (handle: number) => number
  /** Of the handle, the file and its length, and where width, height, subsampling and colours go. */
  readonly tjDecompressHeader3: (...of: readonly number[]) => number
  /** Of the handle, the file and its length, where pixels go, width, pitch, height, format and flags. */
  readonly tjDecompress2: (...of: readonly number[]) => number
}

const FORMAT = { rgb: 0, cmyk: 11 } as const
/** A memory never shrinks; beyond so many bytes it is given back. */
const KEPT = 2 ** 26

/** Decodes JPEG by libjpeg-turbo as WebAssembly. */
export async function turboJpegWasmDecoder(): Promise<ImageDecoder> {
  const file = createRequire(import.meta.url).resolve('@cwasm/jpeg-turbo/jpeg-turbo.wasm')
  const module = await WebAssembly.compile(await readFile(file))
  let functions: Functions | undefined
  return {
    format: 'jpeg',
    library: '@cwasm/jpeg-turbo',
    reduces: true,
    decode(bytes, info, { reduction, allocate }) {
      const instance = functions ?? instantiate(module)
      functions = undefined
      const pixels = decode(instance, bytes, info, reduction, allocate)
      if (instance.memory.buffer.byteLength <= KEPT) functions = instance
      return pixels
    },
  }
}

function decode(
  functions: Functions,
  bytes: Uint8Array,
  info: ImageFileInfo,
  reduction: number,
  allocate: (length: number) => Uint8Array,
): DecodedPixels {
  const { memory, malloc, free } = functions
  const reserve = (length: number): number => {
    const address = malloc(length)
    if (address === 0) throw new Error(`no memory for ${length} bytes`)
    return address
  }
  const jpeg = reserve(bytes.length)
  new Uint8Array(memory.buffer, jpeg, bytes.length).set(bytes)
  const handle = functions.tjInitDecompress()
  if (handle === 0) throw new Error('no memory to decode')
  const numbers = reserve(16)
  const file = [handle, jpeg, bytes.length] as const
  // A status other than 0 is a warning: what can't be decoded ends in `longjmp`. That the file is whole has been seen before.
  functions.tjDecompressHeader3(...file, numbers, numbers + 4, numbers + 8, numbers + 12)
  const [fullWidth = 0, fullHeight = 0] = new Uint32Array(memory.buffer, numbers, 2)
  if (fullWidth !== info.width || fullHeight !== info.height) throw new Error('two sizes')
  const [width, height] = [Math.ceil(fullWidth / reduction), Math.ceil(fullHeight / reduction)]
  const [format, channels] = info.colour === 'cmyk' ? ([FORMAT.cmyk, 4] as const) : ([FORMAT.rgb, 3] as const)
  const length = width * height * channels
  const out = reserve(length)
  functions.tjDecompress2(...file, out, width, 0, height, format, 0)
  const data = channels === 3 ? allocate(length) : new Uint8Array(length)
  data.set(new Uint8Array(memory.buffer, out, length))
  for (const address of [jpeg, numbers, out]) free(address)
  functions.tjDestroy(handle)
  return { data, width, height, channels, cmyk: channels === 4 }
}

/** The module was built for a system of files, of which it needs nothing but to be there. */
function instantiate(module: WebAssembly.Module): Functions {
  const stop = (): never => {
    throw new Error('the JPEG data are damaged')
  }
  const nothing = (): number => 0
  const { exports } = new WebAssembly.Instance(module, {
    env: { setjmp: nothing, longjmp: stop },
    wasi_snapshot_preview1: {
      ...{ proc_exit: stop, environ_get: nothing, environ_sizes_get: nothing },
      ...{ fd_close: nothing, fd_seek: nothing, fd_write: nothing },
    },
  })
  return exports as unknown as Functions
}
