import { isClasError } from '@clas/core'
import { useBackend } from '@clas/kernels'
import type { Command } from '../command.ts'
import {
  type BackendState,
  backendStates,
  type DecoderState,
  decoderState,
  type MachineState,
  machineState,
  OLDEST_NODE,
} from '../environment.ts'
import { usageError } from '../usage-error.ts'

interface Diagnosis {
  readonly machine: MachineState
  /** The backend that `auto` takes. */
  readonly chosen: string | undefined
  readonly backends: readonly BackendState[]
  readonly sharp: DecoderState
  /** What to run to get what is missing. */
  readonly fix: string | undefined
  /** What to run to compute faster, where nothing is wrong. */
  readonly advice: string | undefined
}

/** `clas doctor`: what is there, what is missing, and the command that gets it. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'check this machine: Node, backends, decoding of pictures',
  usage: ['[--json]'],
  options: { json: { description: 'print JSON instead of text' } },
  examples: ['clas doctor'],
  async run(args, io) {
    if (args.positionals.length > 0) throw usageError(`doctor takes no arguments, found ${args.positionals.join(' ')}`)
    const diagnosis = await diagnose()
    io.stdout.write(args.has('json') ? `${JSON.stringify(diagnosis, null, 2)}\n` : describe(diagnosis))
    return diagnosis.fix === undefined ? 0 : 1
  },
}

async function diagnose(): Promise<Diagnosis> {
  const backends = await backendStates()
  const machine = machineState()
  const sharp = await decoderState()
  const chosen = await useBackend('auto').then(
    ({ name }) => name,
    (error: unknown) => {
      if (isClasError(error)) return undefined // told for each backend
      throw error
    },
  )
  return { machine, backends, sharp, chosen, fix: fixFor(machine, backends, sharp), advice: adviceFor(backends) }
}

/** One command for all that is missing. The slow backend alone is enough to work, but not to be content with. */
function fixFor(machine: MachineState, backends: readonly BackendState[], sharp: DecoderState): string | undefined {
  if (!machine.nodeIsNewEnough) return `install Node ${OLDEST_NODE} or later: https://nodejs.org`
  const packages = [
    ...backends
      .filter(({ works, optional }) => !works && !optional)
      .map(({ name }) => `@tensorflow/tfjs-backend-${name}`),
    ...(sharp.works ? [] : ['sharp']),
  ]
  return packages.length > 0 ? `npm install ${packages.join(' ')}` : undefined
}

/** The command that gets the fastest backend. */
function adviceFor(backends: readonly BackendState[]): string | undefined {
  return backends.some(({ name, works }) => name === 'tensorflow' && !works) ? 'pip install tensorflow-cpu' : undefined
}

function describe({ machine, chosen, backends, sharp, fix, advice }: Diagnosis): string {
  const { node, nodeIsNewEnough, platform, processor, cores, memory, freeMemory, simd } = machine
  const simdText = { relaxed: 'relaxed SIMD, with fused multiply-add', plain: 'plain SIMD', none: 'no SIMD' }[simd]
  const lines = [
    `Node      ${node} on ${platform}${nodeIsNewEnough ? '' : `: too old, ${OLDEST_NODE} is needed`}`,
    `machine   ${processor}, ${cores} ${cores === 1 ? 'core' : 'cores'}`,
    `memory    ${memory.toFixed(1)} GB, ${freeMemory.toFixed(1)} GB free`,
    `wasm      ${simdText}`,
    ...backends.map((backend) => `backend   ${backendLine(backend, chosen)}`),
    sharp.works
      ? `pictures  sharp ${sharp.version}: ${sharp.formats.join(', ')}`
      : `pictures  sharp doesn't work: ${sharp.problem ?? `it reads only ${sharp.formats.join(', ')}`}`,
    ...(advice === undefined ? [] : [`To compute faster on the CPU, with TensorFlow: ${advice}`]),
    fix === undefined ? 'All is well.' : `To fix this: ${fix}`,
  ]
  return `${lines.join('\n')}\n`
}

function backendLine({ name, works, optional, problem, details }: BackendState, chosen: string | undefined): string {
  if (!works) return `${name}: ${optional ? 'not there, and not needed' : 'not usable'}: ${problem}`
  const state =
    name === chosen ? 'chosen' : name === 'webgpu' ? 'works, where it is asked for' : `works, but ${chosen} is faster`
  return `${name}: ${state}${details === undefined ? '' : ` (${details})`}; a convolution and its gradient are right`
}
