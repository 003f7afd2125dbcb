// clas's part of `npm run bench -- data`, in a process of its own: the job as JSON on the command line, the answer as the
// last line printed.
import { performance } from 'node:perf_hooks'
import { compose, normalizeImage, randAugment, randCropImage, randFlipImage } from '@clas/augment'
import { createRng } from '@clas/core'
import { createLoader } from '@clas/data'
import { createWorkerPool, imageFolder } from '@clas/data/node'
import { useBackend } from '@clas/kernels'
import { ANSWER } from './answer.ts'
import type { DataJob, DataMeasured } from './data.ts'

const { folder, work, workers, batchSize, passes } = JSON.parse(process.argv[2] ?? '') as DataJob
await useBackend('wasm')
const photos = await imageFolder(folder)
const pool = await createWorkerPool({ threads: workers })
const policy = work === 'RandAugment' ? [randAugment()] : []
const transform = compose([randCropImage({ size: 224 }), randFlipImage(), ...policy, normalizeImage()])
const loader = createLoader(photos, { batchSize, transform, rng: createRng(1), pool })
await pass(0)
const before = loader.stats()
const loop = performance.eventLoopUtilization()
const begun = performance.now()
for (let epoch = 1; epoch <= passes; epoch++) await pass(epoch)
const seconds = (performance.now() - begun) / 1000
const pictures = passes * photos.length
const after = loader.stats()
const perPicture = (of: 'reading' | 'decoding' | 'transforming'): number => (1000 * (after[of] - before[of])) / pictures
const value: DataMeasured = {
  picturesPerSecond: pictures / seconds,
  milliseconds: {
    read: perPicture('reading'),
    decode: perPicture('decoding'),
    transform: perPicture('transforming'),
    mainThread: performance.eventLoopUtilization(loop).active / pictures,
  },
}
await pool[Symbol.asyncDispose]()
const { user, system } = process.cpuUsage()
const line = JSON.stringify({ value, processorSeconds: (user + system) / 1e6 })
process.stdout.write(`\n${ANSWER}${line}\n`, () => process.exit(0))

async function pass(epoch: number): Promise<void> {
  for await (using _ of loader.batches({ epochs: epoch + 1, from: { epoch, batch: 0 } }));
}
