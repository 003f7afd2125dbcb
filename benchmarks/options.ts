import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { KERNEL_CASES, labelOf } from './kernels.ts'
import { MODEL_CASES } from './models.ts'

const PARTS = ['training', 'inference', 'kernels'] as const
const BACKENDS = ['wasm', 'tensorflow'] as const
const PEERS = ['pytorch', 'tensorflow', 'onnxruntime'] as const
const RESULTS = fileURLToPath(new URL('./results', import.meta.url))

/** What the command line asks for. */
export interface Options {
  readonly only: readonly (typeof PARTS)[number][]
  /** Names, of those in models.ts. */
  readonly models: readonly string[]
  /** Only kernels whose name has this in it. */
  readonly kernels: string
  readonly threads: readonly number[]
  /** Of clas. */
  readonly backends: readonly (typeof BACKENDS)[number][]
  /** Whole models in bfloat16 too. */
  readonly bf16: boolean
  /** What else is measured. */
  readonly peers: readonly (typeof PEERS)[number][]
  readonly quick: boolean
  /** Timings of one measurement in one process, at most. */
  readonly runs: number
  /** How often whole models are gone through, every engine in a new process each time. */
  readonly rounds: number
  /** Seconds of timings in one process after which no other begins. */
  readonly seconds: number
  /** Where bench.json and bench.md go. */
  readonly out?: string
}

const USAGE = `npm run bench -- data --help says how pictures are measured
npm run bench -- [options]
  --only <parts>     of ${PARTS.join(',')}; default all
  --models <list>    of ${MODEL_CASES.map(({ model }) => model).join(',')}
                     or the beginnings of their names; default all
  --kernels <text>   only kernels whose name has the text in it: "conv 3x3", "depthwise", "weight gradient"
  --threads <list>   default 1,2, as many as there are cores
  --backends <list>  of ${BACKENDS.join(',')}; default both
  --bf16             whole models in bfloat16 too
  --peers <list>     of ${PEERS.join(',')}, or none; default all
  --runs <number>    timings of one measurement in one process; default 7, with --quick 3
  --rounds <number>  how often whole models are gone through; default 1
  --quick            small batches, one thread, few kernels: to see that all works
  --out <folder>     where bench.json and bench.md go;
                     default benchmarks/results where nothing is left out, else nowhere
Python is CLAS_PYTHON, or python3 of the PATH. onnxruntime-node is looked for as README.md says.`

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
      only: { type: 'string' },
      models: { type: 'string' },
      kernels: { type: 'string', default: '' },
      threads: { type: 'string' },
      backends: { type: 'string' },
      bf16: { type: 'boolean', default: false },
      peers: { type: 'string' },
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      rounds: { type: 'string', default: '1' },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit(0)
  }
  const { quick, bf16, only, models, kernels, threads, backends, peers } = values
  const whole = !(quick || only || models || kernels || threads || backends || peers)
  const out = values.out ?? (whole ? RESULTS : undefined)
  return {
    only: choose('--only', PARTS, only),
    models: choose(
      '--models',
      MODEL_CASES.map(({ model }) => model),
      models,
    ),
    kernels: kernelText(kernels),
    threads: threads?.split(',').map((text) => wholeNumber('--threads', text)) ?? defaultThreads(quick),
    backends: choose('--backends', BACKENDS, backends),
    peers: peers === 'none' ? [] : choose('--peers', PEERS, peers),
    ...{ quick, bf16 },
    runs: wholeNumber('--runs', values.runs ?? (quick ? '3' : '7')),
    rounds: wholeNumber('--rounds', values.rounds),
    seconds: quick ? 0.2 : 4,
    ...(out !== undefined && { out }),
  }
}

const defaultThreads = (quick: boolean): number[] => (quick || availableParallelism() === 1 ? [1] : [1, 2])

/** Those of `all` that the list names, by their beginnings. */
function choose<T extends string>(option: string, all: readonly T[], list: string | undefined): readonly T[] {
  if (list === undefined) return all
  const named = list.split(',').flatMap((text) => {
    const found = all.filter((each) => text !== '' && each.toLowerCase().startsWith(text.toLowerCase()))
    if (found.length === 0) throw new Error(`${option}: expected some of ${all.join(', ')}, found '${text}'`)
    return found
  })
  return all.filter((each) => named.includes(each))
}

function kernelText(text: string): string {
  const wanted = text.toLowerCase()
  if (KERNEL_CASES.some((each) => labelOf(each).includes(wanted))) return wanted
  throw new Error(`--kernels: expected a part of a kernel's name, found '${text}'; a name: ${labelOf(KERNEL_CASES[0])}`)
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${option}: expected whole numbers from 1, found '${text}'`)
  return value
}
