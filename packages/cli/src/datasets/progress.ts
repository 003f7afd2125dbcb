import type { CommandIo } from '../io.ts'

/** Tells on a terminal how many pictures are done, in one line that is rewritten; elsewhere nothing. */
export function pictureProgress({ stderr }: CommandIo): (done: number, total: number) => void {
  if (!stderr.isTTY) return () => undefined
  let shown = -1
  return (done, total) => {
    const percent = Math.floor((100 * done) / total)
    if (percent === shown) return
    shown = percent
    stderr.write(done === total ? '\r\x1b[2K' : `\r\x1b[2K${done} of ${total} pictures`)
  }
}
