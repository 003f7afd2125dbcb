/** Where text goes: a stream of the process, or what collects it in a test. */
export interface TextStream {
  write(text: string): unknown
  /** Whether a person watches: then lines may be rewritten. */
  readonly isTTY?: boolean
  /** Width of the terminal, in characters. */
  readonly columns?: number
}

/** What a command talks to. */
export interface CommandIo {
  /** Results. */
  readonly stdout: TextStream
  /** Progress, notes and errors. */
  readonly stderr: TextStream
  /** Interrupts: training saves and ends, everything else ends. */
  readonly signal?: AbortSignal
}

/** The exit code of a command that was interrupted. */
export const INTERRUPTED = 130
