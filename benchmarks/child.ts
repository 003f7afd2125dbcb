// One measurement in a process of its own: the job as JSON on the command line, the answer as the last line printed.
import { ANSWER } from './answer.ts'
import { probe } from './clas-interface.ts'
import type { Answer, Job } from './engines.ts'
import { measureKernels } from './kernel-child.ts'
import { measureModel } from './model-child.ts'
import { measureOnnx } from './onnx-child.ts'
import { measurePeaks } from './peaks.ts'
import { Unavailable } from './unavailable.ts'

const job = JSON.parse(process.argv[2] ?? '') as Job
let answer: Answer<unknown>
try {
  const value = await run(job)
  const { user, system } = process.cpuUsage()
  answer = { value, processorSeconds: (user + system) / 1e6 }
} catch (error) {
  if (!(error instanceof Unavailable)) throw error
  answer = { unavailable: error.message }
}
process.stdout.write(`\n${ANSWER}${JSON.stringify(answer)}\n`, () => process.exit(0))

function run(job: Job): Promise<unknown> {
  switch (job.work) {
    case 'peaks':
      return measurePeaks(job.threads, job.quick)
    case 'probe':
      return probe(job.engine)
    case 'kernels':
      return measureKernels(job)
    case 'onnx':
      throw new Unavailable('PyTorch makes ONNX files, in Python')
    default:
      return job.engine.library === 'onnxruntime' ? measureOnnx(job) : measureModel(job)
  }
}
