import { spawn } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ANSWER } from './answer.ts'
import type { Answer, Job } from './engines.ts'
import { OPTIMIZER } from './models.ts'
import { PYTHON } from './versions.ts'

/** After which a process is taken to hang. */
const LIMIT_MILLISECONDS = 600_000

/** Runs one job in a process of its own, alone, and waits for it. */
export function runJob<T>(job: Job, environment: NodeJS.ProcessEnv = {}): Promise<Answer<T>> {
  const inPython = 'engine' in job && job.engine.side === 'python'
  const threads = 'engine' in job ? threadVariables(job.threads) : {}
  const whole = { ...job, optimizer: OPTIMIZER }
  return runScript(inPython ? './python/measure.py' : './child.ts', whole, { ...threads, ...environment })
}

/** Runs a script of this folder, in Python or Node, and waits for the line with its answer. */
export async function runScript<T>(script: string, job: object, environment: NodeJS.ProcessEnv): Promise<Answer<T>> {
  const [program, ...before] = script.endsWith('.py') ? [PYTHON] : [process.execPath, '--import', 'tsx']
  const busy = busySeconds()
  const { output, errors, status } = await run(program as string, [...before, pathOf(script), JSON.stringify(job)], {
    ...process.env,
    ...environment,
  })
  const line = output
    .split('\n')
    .reverse()
    .find((each) => each.startsWith(ANSWER))
  if (line) return withOthers(JSON.parse(line.slice(ANSWER.length)) as Answer<T>, busy)
  return { unavailable: `failed: ${firstError(errors) ?? `it ended with ${status}`}` }
}

/** Says how much of the processor others took. */
function withOthers<T>(answer: Answer<T>, before: Busy): Answer<T> {
  if (!('value' in answer) || answer.processorSeconds === undefined) return answer
  const after = busySeconds()
  const others = after.all - before.all - answer.processorSeconds - (after.own - before.own)
  return { ...answer, otherCores: Math.max(0, others) / (after.at - before.at) }
}

interface Busy {
  readonly at: number
  /** Of all processors. */
  readonly all: number
  /** Of this process. */
  readonly own: number
}

function busySeconds(): Busy {
  const milliseconds = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
  const { user, system } = process.cpuUsage()
  return { at: performance.now() / 1000, all: milliseconds / 1000, own: (user + system) / 1e6 }
}

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** CLAS_THREADS for both backends of clas, the others for libraries that make threads before they are asked. */
function threadVariables(threads: number): NodeJS.ProcessEnv {
  const count = String(threads)
  return { CLAS_THREADS: count, OMP_NUM_THREADS: count, MKL_NUM_THREADS: count, TF_CPP_MIN_LOG_LEVEL: '3' }
}

interface Ended {
  readonly output: string
  readonly errors: string
  readonly status: string
}

function run(program: string, parameters: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MILLISECONDS })
    let [output, errors] = ['', '']
    child.stdout.on('data', (data) => {
      output += data
    })
    child.stderr.on('data', (data) => {
      errors += data
    })
    child.once('error', (error) => resolve({ output, errors: error.message, status: 'an error' }))
    child.once('close', (code, signal) => resolve({ output, errors, status: signal ?? `status ${code}` }))
  })
}

/** The line that says what went wrong: "TypeError: …", the last of several. */
function firstError(errors: string): string | undefined {
  const lines = errors.split('\n').filter((line) => line.trim() !== '')
  return (lines.filter((line) => /^\w*(Error|Exception|Interrupt)\b.*: /.test(line)).at(-1) ?? lines.at(-1))?.slice(
    0,
    300,
  )
}
