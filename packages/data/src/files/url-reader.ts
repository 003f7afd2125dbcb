import { setTimeout as delay } from 'node:timers/promises'
import { ClasError, isClasError } from '@clas/core'
import { type ByteReader, checkPart } from './byte-reader.ts'

const ATTEMPTS = 4
const FIRST_PAUSE = 250 // ms, twice as long each time
const PATIENCE = 60_000 // ms, for one answer

/** Whether a name is an address and no path. */
export function isUrl(name: string): boolean {
  return /^https?:\/\//i.test(name)
}

/**
 * Opens a file on a server that sends parts of files, and asks for its size. A request that fails for a reason that may
 * pass (no connection, 429, 5xx) is made again, four times in all.
 *
 * @throws `io` when the server doesn't answer, has no such file, or sends no parts
 */
export async function urlReader(url: string): Promise<ByteReader> {
  const size = await request(url, 0, 1, async (response) => {
    await response.body?.cancel()
    const total = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]
    if (total === undefined) throw new Error('the server does not tell the size of the file')
    return Number(total)
  })
  return {
    name: url,
    size,
    async read(offset, length) {
      checkPart(url, size, offset, length)
      return readUrl(url, offset, length)
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/**
 * Reads a part of a file on a server.
 *
 * @throws `io` as {@link urlReader}; `corrupt-file` when the server sends another number of bytes
 */
export async function readUrl(url: string, offset: number, length: number): Promise<Uint8Array> {
  if (length === 0) return new Uint8Array(0)
  return request(url, offset, length, async ({ body }) => {
    const bytes = new Uint8Array(length)
    let done = 0
    for await (const chunk of body ?? []) {
      if (done + chunk.length > length) throw wrongLength(url, offset, length, 'more')
      bytes.set(chunk, done)
      done += chunk.length
    }
    if (done < length) throw wrongLength(url, offset, length, String(done))
    return bytes
  })
}

function wrongLength(url: string, offset: number, length: number, found: string): ClasError {
  return new ClasError(
    'corrupt-file',
    `${url}: asked for ${length} bytes at byte ${offset}, the server sent ${found}`,
    {
      file: url,
      offset,
      length,
    },
  )
}

async function request<T>(
  url: string,
  offset: number,
  length: number,
  take: (response: Response) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let passing = true
    try {
      const response = await fetch(url, {
        // Without packing: the bytes that are counted are those of the file.
        headers: { range: `bytes=${offset}-${offset + length - 1}`, 'accept-encoding': 'identity' },
        signal: AbortSignal.timeout(PATIENCE),
      })
      if (response.status === 206) return await take(response)
      await response.body?.cancel()
      passing = response.status === 429 || response.status >= 500
      throw new Error(
        response.status === 200
          ? 'the server sends whole files only, no parts (Range)'
          : `the server answered ${response.status} ${response.statusText}`.trim(),
      )
    } catch (cause) {
      if (isClasError(cause)) throw cause
      if (!passing || attempt === ATTEMPTS) throw urlError(url, cause)
      await delay(FIRST_PAUSE * 2 ** (attempt - 1))
    }
  }
}

function urlError(url: string, cause: unknown): ClasError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : ''
  const reason = cause instanceof Error ? cause.message + inner : String(cause)
  return new ClasError('io', `${url} can't be read: ${reason}`, { file: url, reason }, { cause })
}
