import type { ClasError } from '@clas/core'
import type { TextStream } from './io.ts'

/** Tells of each picture that is left out, once, and counts them. */
export class SkippedPictures {
  readonly #stream: TextStream
  readonly #files = new Map<string, string>()

  constructor(stream: TextStream) {
    this.#stream = stream
  }

  /** The names and reasons so far. */
  get list(): { readonly file: string; readonly reason: string }[] {
    return [...this.#files].map(([file, reason]) => ({ file, reason }))
  }

  /** Takes the error of a picture; give it to a loader as `onSkip`. */
  readonly add = ({ message, fields }: ClasError): void => {
    const file = typeof fields.file === 'string' ? fields.file : message
    if (this.#files.has(file)) return
    this.#files.set(file, typeof fields.reason === 'string' ? fields.reason : message)
    // On a terminal the progress bar may stand in this line.
    this.#stream.write(`${this.#stream.isTTY ? '\r\x1b[2K' : ''}skipped: ${message}\n`)
  }

  /** Says how many were left out; nothing when none was. */
  summarise(): void {
    const { size } = this.#files
    if (size > 0) this.#stream.write(`${size} ${size === 1 ? 'picture was' : 'pictures were'} skipped\n`)
  }
}
