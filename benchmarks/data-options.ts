import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const RESULTS = fileURLToPath(new URL('./results', import.meta.url))

/** What `npm run bench -- data` is asked for. */
export interface DataOptions {
  /** A folder per class, or a tar file of one; drawn where it is left out. */
  readonly pictures?: string
  /** Threads of clas, processes of the peers. */
  readonly workers: number
  readonly batchSize: number
  /** Timed passes over all pictures in one process, after one that warms up. */
  readonly passes: number
  /** How often each is measured, in a new process each time, in turn. */
  readonly rounds: number
  readonly peers: boolean
  readonly quick: boolean
  /** Where data.json and data.md go. */
  readonly out?: string
}

const USAGE = `npm run bench -- data [options]
  --pictures <path>  a folder per class of JPEG files, or a tar file that has one; default CLAS_PICTURES, else they are drawn
  --workers <number> threads, or processes of the peers; default 2
  --batch <number>   pictures per batch; default 64
  --passes <number>  timed passes over all pictures in one process; default 2
  --rounds <number>  how often each is measured, in turn; default 3
  --peers none       clas alone
  --quick            few drawn pictures, one round: to see that all works
  --out <folder>     where data.json and data.md go; default benchmarks/results where no option is given, else nowhere
Python is CLAS_PYTHON, or python3 of the PATH, with torch and torchvision, and opencv-python for OpenCV.`

/** Reads the command line; ends the program after --help and with a line on a bad option. */
export function readDataOptions(args: readonly string[]): DataOptions {
  try {
    return parse(args)
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    process.exit(2)
  }
}

function parse(args: readonly string[]): DataOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pictures: { type: 'string' },
      workers: { type: 'string', default: '2' },
      batch: { type: 'string', default: '64' },
      passes: { type: 'string' },
      rounds: { type: 'string' },
      peers: { type: 'string' },
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit(0)
  }
  if (values.peers !== undefined && values.peers !== 'none') throw new Error(`--peers: expected none`)
  const { quick } = values
  const pictures = values.pictures ?? process.env.CLAS_PICTURES
  const out = values.out ?? (args.length === 0 ? RESULTS : undefined)
  return {
    ...(pictures && !quick && { pictures }),
    workers: wholeNumber('--workers', values.workers),
    batchSize: wholeNumber('--batch', values.batch),
    passes: wholeNumber('--passes', values.passes ?? (quick ? '1' : '2')),
    rounds: wholeNumber('--rounds', values.rounds ?? (quick ? '1' : '3')),
    peers: values.peers === undefined,
    quick,
    ...(out !== undefined && { out }),
  }
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  throw new Error(`${option}: expected a whole number from 1, found '${text}'`)
}
