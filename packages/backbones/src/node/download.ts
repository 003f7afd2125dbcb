import { mkdir, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ClasError } from '@clas/core'
import { cacheFolder, cachePath } from './cache-folder.ts'
import { checkHash } from './noted-hash.ts'
import { PartialFile } from './partial-file.ts'
import { sha256Of } from './read-file.ts'
import { type DownloadProgress, TransferError, type TransferOptions, transfer } from './transfer.ts'

/** How a file is fetched. */
export interface DownloadOptions {
  /** Where downloads are kept; default {@link cacheFolder}. */
  readonly cacheFolder?: string
  /**
   * Base addresses that are tried in this order before the published one, whose path is appended to each; default those
   * of `CLAS_MIRROR`, separated by commas.
   */
  readonly mirrors?: readonly string[]
  /** Whether nothing is fetched, and a file that isn't in the cache is an error; default whether `CLAS_OFFLINE` is 1. */
  readonly offline?: boolean
  /** The SHA-256 that the publisher states, in hexadecimal. Default: that of the first download, which is noted. */
  readonly sha256?: string
  /** Told of every piece that comes. */
  readonly onProgress?: (progress: DownloadProgress) => void
  /** Ends it. What came stays for the next time. */
  readonly signal?: AbortSignal
  /** Further attempts after one that brought nothing more, for each address, at least 0; default 3. */
  readonly retries?: number
  /** Before the first further attempt, in milliseconds; doubles each time; default 500. */
  readonly retryDelay?: number
  /** How long a server may be silent, in milliseconds; default 30 000. */
  readonly idleTimeout?: number
  /** The largest file that is taken, in bytes; default 16 GiB. */
  readonly maxBytes?: number
}

/**
 * Fetches a file into the cache, unless it is there. A download that was cut off goes on where it ended, in another
 * process too. Several processes may fetch the same file at once.
 *
 * @param url - where it is published: https, or http on this machine
 * @param options - the variables `CLAS_CACHE`, `CLAS_MIRROR` and `CLAS_OFFLINE` of the environment say what they leave out
 * @returns the path in the cache
 * @throws `io` with all addresses that were tried and what was wrong with each, or where to put the file by hand;
 * `corrupt-file` where its hash is not the expected one; `disk-full`; the reason of `signal`
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { download } from '@clas/backbones/node'
 * const server = createServer((_, response) => response.end('weights')).listen(0, '127.0.0.1')
 * await new Promise((resolve) => server.once('listening', resolve))
 * const { port } = server.address() as { port: number }
 * const cacheFolder = await mkdtemp(join(tmpdir(), 'clas-'))
 * console.log(await download(`http://127.0.0.1:${port}/net.pdparams`, { cacheFolder, mirrors: [], offline: false }))
 * server.close()
 * ```
 */
export async function download(url: string, options: DownloadOptions = {}): Promise<string> {
  const { sha256, signal } = options
  checkAddress(url)
  const target = cachePath(url, options.cacheFolder ?? cacheFolder())
  if (await exists(target)) {
    if (sha256 !== undefined) await checkHash(target, await sha256Of(target), sha256)
    return target
  }
  if (options.offline ?? isSet(process.env.CLAS_OFFLINE)) throw offlineError(url, target)
  signal?.throwIfAborted()
  await mkdir(dirname(target), { recursive: true })
  const partial = new PartialFile(target)
  await partial.takeOver()
  try {
    await fromAnyAddress(url, target, partial, options)
  } catch (error) {
    await partial.leave()
    throw error
  }
  try {
    await checkHash(target, await sha256Of(partial.path), sha256)
    await rename(partial.path, target)
  } catch (error) {
    await partial.restart(undefined)
    const isRename = (error as NodeJS.ErrnoException).syscall === 'rename'
    if (!isRename || !(await exists(target))) throw error // where it exists, another process was faster
  }
  return target
}

/** Tries the mirrors, then the published address, each several times. */
async function fromAnyAddress(
  url: string,
  target: string,
  partial: PartialFile,
  options: DownloadOptions,
): Promise<void> {
  const bounds: TransferOptions = {
    maxBytes: options.maxBytes ?? 2 ** 34,
    idleTimeout: options.idleTimeout ?? 30_000,
    signal: options.signal,
    onProgress: options.onProgress,
  }
  const problems: string[] = []
  for (const address of [...(options.mirrors ?? environmentMirrors()).map((base) => mirrored(url, base)), url]) {
    try {
      await insistently(address, partial, bounds, options)
      return
    } catch (error) {
      options.signal?.throwIfAborted()
      if (error instanceof ClasError) throw error
      problems.push(`${address}: ${reasonOf(error)}`)
    }
  }
  throw new ClasError(
    'io',
    `${url} could not be fetched:\n  ${problems.join('\n  ')}\nSet CLAS_MIRROR to the base address of a mirror, or fetch the file elsewhere and put it at ${target}`,
    { url, path: target, problems },
  )
}

/** One address, again after a while where that may help. An attempt that brought something does not count. */
async function insistently(
  address: string,
  partial: PartialFile,
  bounds: TransferOptions,
  { retries = 3, retryDelay = 500 }: DownloadOptions,
): Promise<void> {
  for (let failed = 0; ; failed++) {
    const before = partial.size
    try {
      return await transfer(address, partial, bounds)
    } catch (error) {
      bounds.signal?.throwIfAborted()
      if (error instanceof ClasError || (error instanceof TransferError && !error.again)) throw error
      if (partial.etag !== undefined && partial.size > before) failed = 0
      if (failed >= retries) throw error
      await wait(retryDelay * 2 ** failed, undefined, { signal: bounds.signal })
    }
  }
}

function checkAddress(url: string): void {
  const { protocol, hostname } = new URL(url)
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (protocol === 'https:' || (protocol === 'http:' && local)) return
  throw new ClasError('bad-option', `weights are fetched by https, found ${url}: fetch the file and give its path`, {
    url,
  })
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== '0'

function environmentMirrors(): string[] {
  return (process.env.CLAS_MIRROR ?? '').split(',').flatMap((base) => base.trim() || [])
}

function mirrored(url: string, base: string): string {
  if (!/^https?:$/.test(URL.canParse(base) ? new URL(base).protocol : '')) {
    throw new ClasError('bad-option', `a mirror (CLAS_MIRROR) is an address of http or https, found '${base}'`, {
      base,
    })
  }
  const { pathname, search } = new URL(url)
  return base.replace(/\/+$/, '') + pathname + search
}

function offlineError(url: string, target: string): ClasError {
  return new ClasError(
    'io',
    `${url} is not in the cache, and nothing is fetched as CLAS_OFFLINE or the option offline says. Fetch it on another machine and put it at ${target}`,
    { url, path: target },
  )
}

/** What was wrong, with the cause that `fetch` hides: a name that isn't known, a connection refused. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
