import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A writer that has not written for so long, in milliseconds, has ended. */
const STALE = 150_000
const FREE = 'free'

/**
 * The beginning of a download. Each writer has a file of its own; what one leaves behind, the next takes over by renaming
 * it, which only one of several can. The name holds the server's ETag, so that the rest comes from the same content:
 * `<target>.<etag>.<writer>.part`.
 */
export class PartialFile {
  readonly #target: string
  readonly #writer: string = `${process.pid}-${randomBytes(6).toString('hex')}`
  #etag: string | undefined
  /** Bytes that are there. */
  size = 0

  constructor(target: string) {
    this.#target = target
  }

  get path(): string {
    return this.#named(this.#writer)
  }

  /** What the content is known by at the server; undefined where the download can't go on but must begin again. */
  get etag(): string | undefined {
    return this.#etag
  }

  /** Takes over what another writer left, if there is any. */
  async takeOver(): Promise<void> {
    const folder = dirname(this.#target)
    const prefix = `${basename(this.#target)}.`
    for (const name of await readdir(folder)) {
      if (!name.startsWith(prefix) || !name.endsWith('.part')) continue
      const [etag = '', writer] = name.slice(prefix.length).split('.')
      const left = join(folder, name)
      const { mtimeMs, size } = await stat(left).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY, size: 0 }))
      if (writer !== FREE && Date.now() - mtimeMs < STALE) continue
      this.#etag = decode(etag)
      const mine = await rename(left, this.path).then(
        () => true,
        () => false, // another process was faster
      )
      if (mine) {
        this.size = size
        return
      }
    }
    this.#etag = undefined
  }

  /** Begins anew with content that has this ETag; without one where it is weak or too long for a name. */
  async restart(etag: string | undefined): Promise<void> {
    await rm(this.path, { force: true })
    this.size = 0
    this.#etag = etag && /^"[^"]{1,60}"$/.test(etag) ? etag : undefined
  }

  /** Leaves what is there to the next writer, or nothing where it is of no use. */
  async leave(): Promise<void> {
    if (this.#etag === undefined || this.size === 0) await rm(this.path, { force: true })
    else await rename(this.path, this.#named(FREE))
  }

  #named(writer: string): string {
    return `${this.#target}.${encode(this.#etag)}.${writer}.part`
  }
}

const encode = (etag: string | undefined): string => (etag ? Buffer.from(etag).toString('base64url') : '-')

function decode(text: string): string | undefined {
  return text === '-' ? undefined : Buffer.from(text, 'base64url').toString()
}
