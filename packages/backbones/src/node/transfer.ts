import { type FileHandle, open } from 'node:fs/promises'
import { ClasError } from '@clas/core'
import type { PartialFile } from './partial-file.ts'

/** How far a download is. */
export interface DownloadProgress {
  /** Where it comes from now: the published address or a mirror's. */
  readonly url: string
  /** With what was there before, where a download goes on. */
  readonly receivedBytes: number
  /** Undefined where the server does not say. */
  readonly totalBytes: number | undefined
}

/** What bounds one transfer. */
export interface TransferOptions {
  readonly maxBytes: number
  readonly idleTimeout: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
}

/** An answer or a connection that is no good. `again`: it may be better the next time. */
export class TransferError extends Error {
  readonly again: boolean
  constructor(message: string, again: boolean) {
    super(message)
    this.again = again
  }
}

const LONGEST_CHAIN = 5

/** Fetches a file, or what it lacks, in one attempt. */
export async function transfer(url: string, file: PartialFile, options: TransferOptions): Promise<void> {
  const idle = new AbortController()
  const late = `nothing came for ${options.idleTimeout / 1000} s`
  const timer = setTimeout(() => idle.abort(new TransferError(late, true)), options.idleTimeout)
  const signal = AbortSignal.any([idle.signal, ...(options.signal ? [options.signal] : [])])
  try {
    const response = await request(url, file, signal)
    const total = await place(response, file)
    await receive(response, file, { url, total, options, alive: () => timer.refresh() })
  } catch (error) {
    options.signal?.throwIfAborted()
    idle.signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Asks for the file, or for what follows the bytes that are there, and follows redirections. */
async function request(url: string, file: PartialFile, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' }
  if (file.etag !== undefined && file.size > 0) {
    headers.range = `bytes=${file.size}-`
    headers['if-range'] = file.etag
  }
  let at = new URL(url)
  for (let hops = 0; hops <= LONGEST_CHAIN; hops++) {
    const response = await fetch(at, { headers, signal, redirect: 'manual' })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null) return response
    await response.body?.cancel()
    const next = new URL(location, at)
    if (next.protocol !== 'https:' && next.protocol !== at.protocol) {
      throw new TransferError(`${at.href} leads to ${next.protocol}, which is less safe`, false)
    }
    at = next
  }
  throw new TransferError(`more than ${LONGEST_CHAIN} redirections`, false)
}

/** Makes the file ready for the answer. Returns the size of the whole, where it is known. */
async function place(response: Response, file: PartialFile): Promise<number | undefined> {
  const { status, headers } = response
  if (status === 206) {
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? []
    if (Number(start) === file.size) return total === '*' ? undefined : Number(total)
  }
  if (status !== 200) await response.body?.cancel()
  if (status === 206 || status === 416) {
    await file.restart(undefined)
    throw new TransferError('the server gave another part of the file than was asked for', true)
  }
  if (status !== 200) {
    const again = status === 408 || status === 425 || status === 429 || status >= 500
    throw new TransferError(`the server answered ${status} ${response.statusText}`.trim(), again)
  }
  await file.restart(headers.get('etag') ?? undefined)
  const length = headers.get('content-length')
  return length === null || headers.has('content-encoding') ? undefined : Number(length)
}

interface Receiving {
  readonly url: string
  readonly total: number | undefined
  readonly options: TransferOptions
  readonly alive: () => void
}

async function receive(
  response: Response,
  file: PartialFile,
  { url, total, options, alive }: Receiving,
): Promise<void> {
  const { maxBytes, onProgress } = options
  const output = await onDisk(() => open(file.path, 'a'))
  try {
    checkSize(url, total ?? 0, maxBytes)
    for await (const chunk of response.body ?? []) {
      alive()
      checkSize(url, file.size + chunk.length, maxBytes)
      await onDisk(() => writeWhole(output, chunk))
      file.size += chunk.length
      onProgress?.({ url, receivedBytes: file.size, totalBytes: total })
    }
    await onDisk(() => output.sync())
  } finally {
    await output.close()
  }
  if (total !== undefined && file.size !== total) {
    throw new TransferError(`${file.size} of ${total} bytes came`, true)
  }
}

async function writeWhole(output: FileHandle, chunk: Uint8Array): Promise<void> {
  let at = 0
  while (at < chunk.length) at += (await output.write(chunk, at)).bytesWritten
}

function checkSize(url: string, bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return
  throw new ClasError('io', `${url} has at least ${bytes} bytes, more than maxBytes ${maxBytes} allows`, {
    url,
    bytes,
    maxBytes,
  })
}

/** What the disk refuses is not to be tried again. */
async function onDisk<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const full = code === 'ENOSPC' || code === 'EDQUOT'
    const advice = full
      ? 'Make room, or set CLAS_CACHE to a folder on another disk.'
      : 'Set CLAS_CACHE to a folder that can be written.'
    throw new ClasError(full ? 'disk-full' : 'io', `the cache can't be written: ${message}. ${advice}`, {}, { cause })
  }
}
