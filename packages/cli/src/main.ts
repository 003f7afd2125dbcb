#!/usr/bin/env node
import process from 'node:process'
import { INTERRUPTED } from './io.ts'
import { run } from './run.ts'

const interrupt = new AbortController()

/** The first time a command may finish what it does, the second time nothing is waited for. */
function onSignal(): void {
  if (interrupt.signal.aborted) process.exit(INTERRUPTED)
  process.stderr.write('\nending after this step; once more to end at once\n')
  interrupt.abort()
}

// Windows has no SIGTERM, but sends SIGBREAK for Ctrl-Break; a signal that a system lacks is never sent there.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) process.on(signal, onSignal)

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupt.signal,
})
