import type { CommandIo } from './io.ts'
import { run } from './run.ts'

/** What a command wrote and how it ended. */
export interface Captured {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** How a command is run in a test. */
export interface CaptureOptions {
  readonly signal?: AbortSignal
  /** Is told of everything written to stderr, as it is written. */
  readonly onStderr?: (text: string) => void
}

/** Runs a command line in this process. */
export async function clas(args: readonly string[], { signal, onStderr }: CaptureOptions = {}): Promise<Captured> {
  let stdout = ''
  let stderr = ''
  const io: CommandIo = {
    stdout: {
      write(text) {
        stdout += text
      },
    },
    stderr: {
      write(text) {
        stderr += text
        onStderr?.(text)
      },
    },
    ...(signal && { signal }),
  }
  const code = await run(args, io)
  return { code, stdout, stderr }
}
