import { ClasError } from '@clas/core'
import { addedDecoders } from './added-decoders.ts'
import type { Wanted } from './decode-picture.ts'
import type { ImageDecoder } from './image-decoder.ts'
import { type DecoderEntry, ENTRIES } from './node-decoders.ts'

const loads = new Map<DecoderEntry, Promise<ImageDecoder | Error>>()

/** What {@link decoders} says of one decoder. */
export interface DecoderReport {
  readonly format: string
  /** The package that decodes. */
  readonly library: string
  /** `used` is the one that decodes the format; `ready` could; `missing` can't be loaded. */
  readonly state: 'used' | 'ready' | 'missing'
  /** Why it is missing, and the command that installs it. */
  readonly reason?: string
}

/**
 * Says which library decodes which format on this machine, and why others don't.
 *
 * @returns the decoders in the order of preference, format by format
 * @example
 * ```ts
 * import { decoders } from '@clas/data/node'
 * for (const { format, library, state } of await decoders()) console.log(format, library, state)
 * ```
 */
export function decoders(): Promise<readonly DecoderReport[]> {
  return reportOn(ENTRIES)
}

/** What {@link decoders} says, of some of them. */
export async function reportOn(entries: readonly DecoderEntry[]): Promise<readonly DecoderReport[]> {
  const seen = new Set<string>()
  const report = (format: string, library: string, failure?: Error, packages?: string): DecoderReport => {
    if (failure) return { format, library, state: 'missing', reason: missingReason(failure, packages) }
    const state = seen.has(format) ? 'ready' : 'used'
    seen.add(format)
    return { format, library, state }
  }
  const own = addedDecoders().map(({ format, library }) => report(format, library))
  const loaded = await Promise.all(entries.map(load))
  return own.concat(
    entries.map(({ format, library, packages }, i) => {
      const decoder = loaded[i]
      return report(format, library, decoder instanceof Error ? decoder : undefined, packages)
    }),
  )
}

/**
 * Loads the decoder for a picture, the first of its format that there is.
 *
 * @throws `backend-unavailable` with what to install
 */
export async function chooseDecoder(
  format: string,
  { profiles, reduces }: Wanted,
  entries: readonly DecoderEntry[] = ENTRIES,
): Promise<ImageDecoder> {
  // sharp alone knows every profile, and converts inks whatever it is told.
  const rank = ({ library }: DecoderEntry): number =>
    profiles === 'any' || library !== 'sharp' ? 0 : profiles === 'every' ? -1 : 1
  const failures: string[] = []
  let otherwise: ImageDecoder | undefined
  for (const entry of entries.filter((each) => each.format === format).sort((a, b) => rank(a) - rank(b))) {
    const decoder = await load(entry)
    if (decoder instanceof Error) failures.push(missingReason(decoder, entry.packages))
    else if (!reduces || decoder.reduces || profiles === 'every') return decoder
    else otherwise ??= decoder
  }
  if (otherwise) return otherwise
  throw new ClasError(
    'backend-unavailable',
    `no decoder for ${format} can be loaded: ${failures.join('; ') || 'add one with addImageDecoder'}`,
    { format, failures },
  )
}

function load(entry: DecoderEntry): Promise<ImageDecoder | Error> {
  const known = loads.get(entry)
  if (known) return known
  const loading = entry.load().catch((cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))))
  loads.set(entry, loading)
  return loading
}

function missingReason(failure: Error, packages: string | undefined): string {
  const reason = failure.message.split('\n')[0] ?? ''
  return packages === undefined ? reason : `${reason}; run: npm install ${packages}`
}
