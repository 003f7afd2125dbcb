/** What is used of koffi. */
interface System {
  load(path: null): { func(definition: string): unknown }
}

const STANDARD_ERROR = 2
const WRITE_ONLY = 1

/**
 * Runs `f` while what is written to the process's standard error is dropped. TensorFlow writes notes while it is loaded,
 * whatever TF_CPP_MIN_LOG_LEVEL says. On Windows they appear.
 */
export function quietly<R>(koffi: System, f: () => R): R {
  if (process.platform === 'win32') return f()
  const system = koffi.load(null)
  const open = system.func('int open(str, int)') as (path: string, flags: number) => number
  const dup = system.func('int dup(int)') as (descriptor: number) => number
  const dup2 = system.func('int dup2(int, int)') as (from: number, to: number) => number
  const close = system.func('int close(int)') as (descriptor: number) => number
  const before = dup(STANDARD_ERROR)
  const nowhere = open('/dev/null', WRITE_ONLY)
  if (before >= 0 && nowhere >= 0) dup2(nowhere, STANDARD_ERROR)
  try {
    return f()
  } finally {
    if (before >= 0) dup2(before, STANDARD_ERROR)
    for (const descriptor of [before, nowhere]) if (descriptor >= 0) close(descriptor)
  }
}
