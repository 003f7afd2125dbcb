import type { Engine } from './engines.ts'
import { findOnnxruntimeNode, INSTALL } from './onnxruntime-node.ts'
import type { Report } from './report.ts'
import { runJob } from './run-job.ts'

/** As the command line calls them. */
const PEERS: Partial<Record<Engine['library'], string>> = {
  torch: 'pytorch',
  tensorflow: 'tensorflow',
  onnxruntime: 'onnxruntime',
}

/** Of Python, to make ONNX files. */
const FOR_EXPORT = ['torch', 'onnx', 'onnxscript']

/** Why an engine can't be measured; empty where it isn't wanted. Notes what a backend of clas says of itself. */
export async function obstacleTo(
  engine: Engine,
  report: Report,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const { options } = report
  const { side, library, precision, name } = engine
  if (precision === 'bfloat16' && !options.bf16) return ''
  if (side !== 'clas') return obstacleToPeer(engine, report)
  if (!options.backends.some((wanted) => wanted === library)) return ''
  const answer = await runJob<readonly string[]>({ work: 'probe', engine, threads: 1 }, environment)
  if ('unavailable' in answer) return answer.unavailable
  report.backends[name] = answer.value
  return undefined
}

function obstacleToPeer({ side, library, name }: Engine, { options, versions }: Report): string | undefined {
  if (!options.peers.some((wanted) => wanted === PEERS[library])) return ''
  if (library === 'onnxruntime') {
    const inNode = findOnnxruntimeNode() !== undefined
    if (side === 'node' && !inNode) return `it isn't installed; try \`${INSTALL}\``
    if (side === 'python' && inNode) return '' // the same engine
  }
  const { python } = versions
  if (!python) return `${name} needs Python${side === 'node' ? ', to make its files' : ''}`
  const needed = library === 'onnxruntime' ? [...FOR_EXPORT, ...(side === 'python' ? [library] : [])] : [library]
  const missing = needed.filter((each) => !python.packages[each])
  return missing.length === 0
    ? undefined
    : `Python has no ${missing.join(', ')}; try \`pip install ${missing.join(' ')}\``
}
