import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface Options {
  /** Only measurements whose line ("training step ResNet18") has this in it, upper and lower case alike. */
  readonly only: string
  /** Timings of one measurement in one process, at most. */
  readonly runs: number
  /** How often whole models are gone through again, every engine in a new process. */
  readonly rounds: number
  /** Seconds of timings in one process after which no other begins; there are at least two. */
  readonly seconds: number
  readonly threads: readonly number[]
  /** Of clas: `wasm`, `tensorflow`. */
  readonly backends: readonly string[]
  readonly python: boolean
  readonly quick: boolean
  /** Where bench.json and bench.md go. */
  readonly out?: string
}

const USAGE = `npm run bench -- [options]
  --only <text>      only measurements whose line has the text in it: "kernel", "ResNet18", "inference PPLCNet"
  --runs <number>    timings of one measurement in one process; default 5, with --quick 2
  --threads <list>   default 1,2, as many as there are cores
  --backends <list>  of wasm,tensorflow; default both
  --skip-python      no PyTorch, TensorFlow in Python, ONNX Runtime
  --quick            fewer sizes and runs: to see that all works
  --out <folder>     writes bench.json, after every measurement, and bench.md
Python is CLAS_PYTHON, or python3 of the PATH.`

/** Reads the command line; ends the program after --help and with a line on a bad option. */
export function readOptions(): Options {
  try {
    return parse()
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    process.exit(2)
  }
}

function parse(): Options {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      runs: { type: 'string' },
      threads: { type: 'string' },
      backends: { type: 'string', default: 'wasm,tensorflow' },
      'skip-python': { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit(0)
  }
  const { quick, out } = values
  const cores = availableParallelism()
  const threads = values.threads?.split(',').map((text) => wholeNumber('--threads', text))
  const backends = values.backends.split(',')
  const unknown = backends.find((backend) => backend !== 'wasm' && backend !== 'tensorflow')
  if (unknown !== undefined) throw new Error(`--backends: expected wasm or tensorflow, found '${unknown}'`)
  return {
    only: values.only.toLowerCase(),
    runs: wholeNumber('--runs', values.runs ?? (quick ? '2' : '5')),
    rounds: quick ? 1 : 2,
    seconds: quick ? 0.2 : 4,
    threads: threads ?? (quick ? [1] : [1, 2].filter((count) => count <= cores)),
    backends,
    python: !values['skip-python'],
    quick,
    ...(out !== undefined && { out }),
  }
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${option}: expected whole numbers from 1, found '${text}'`)
  return value
}
