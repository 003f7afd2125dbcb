import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

// The package @julusian/jpeg-turbo brings libjpeg-turbo's own library for each system. It is called directly, by koffi:
// the package's functions decode with the fast transform, which is off by 1 on average and by 4 at worst from what Pillow
// and OpenCV give, and they decode whole pictures only.

/** A decompressor. */
export type Handle = bigint

/** The functions of libjpeg-turbo that are used. Those that return a number return 0 when all is well. */
export interface TurboJpeg {
  init(type: number): Handle
  destroy(handle: Handle): void
  readHeader(handle: Handle, bytes: Uint8Array, length: number): number
  get(handle: Handle, parameter: number): number
  setScale(handle: Handle, factor: { readonly num: number; readonly denom: number }): number
  /** All zeros: the whole picture. */
  setRegion(
    handle: Handle,
    region: { readonly x: number; readonly y: number; readonly w: number; readonly h: number },
  ): number
  decode(handle: Handle, bytes: Uint8Array, length: number, out: Uint8Array, pitch: number, format: number): number
  errorText(handle: Handle): string
}

/** What is used of koffi. */
interface Koffi {
  load(path: string): { func(name: string, result: string, parameters: readonly unknown[]): unknown }
  struct(members: Readonly<Record<string, string>>): unknown
}

/** Loads the library. Throws when the package or koffi isn't there, or the functions can't be reached on this system. */
export async function loadTurboJpeg(): Promise<TurboJpeg> {
  const { default: koffi } = (await import('koffi')) as unknown as { readonly default: Koffi }
  const failures: string[] = []
  for (const file of libraryFiles()) {
    try {
      return bind(koffi, file)
    } catch (error) {
      failures.push(String((error as Error).message))
    }
  }
  throw new Error(failures.join('; ') || `@julusian/jpeg-turbo has no library for ${process.platform} ${process.arch}`)
}

/** The library for glibc comes before that for musl; the wrong one doesn't load. On macOS it is inside the package's own. */
function libraryFiles(): string[] {
  const root = dirname(createRequire(import.meta.url).resolve('@julusian/jpeg-turbo/package.json'))
  const system = join(root, 'prebuilds', `jpeg-turbo-${process.platform}-${process.arch}`)
  const isLibrary = (file: string): boolean => file.endsWith(process.platform === 'darwin' ? '.node' : '.so.0')
  return [system, `${system}-musl`].flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter(isLibrary)
          .map((file) => join(folder, file))
      : [],
  )
}

function bind(koffi: Koffi, file: string): TurboJpeg {
  const library = koffi.load(file)
  const scale = koffi.struct({ num: 'int', denom: 'int' })
  const region = koffi.struct({ x: 'int', y: 'int', w: 'int', h: 'int' })
  const bytes = ['uint8_t *', 'size_t']
  return {
    init: library.func('tj3Init', 'void *', ['int']),
    destroy: library.func('tj3Destroy', 'void', ['void *']),
    readHeader: library.func('tj3DecompressHeader', 'int', ['void *', ...bytes]),
    get: library.func('tj3Get', 'int', ['void *', 'int']),
    setScale: library.func('tj3SetScalingFactor', 'int', ['void *', scale]),
    setRegion: library.func('tj3SetCroppingRegion', 'int', ['void *', region]),
    decode: library.func('tj3Decompress8', 'int', ['void *', ...bytes, 'uint8_t *', 'int', 'int']),
    errorText: library.func('tj3GetErrorStr', 'str', ['void *']),
  } as TurboJpeg
}
