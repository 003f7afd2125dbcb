import type { Model } from '@clas/backbones'
import { useBackend, withPrecision } from '@clas/kernels'
import { summary } from '@clas/nn'
import { amount } from '../format.ts'
import type { CommandIo } from '../io.ts'
import type { Settings } from './settings.ts'

/** Starts the backend, and says what is trained on what with what. */
export async function announce(settings: Settings, model: Model, { stderr }: CommandIo): Promise<void> {
  const { size, classes, pictures, threads, batchSize, lr, optimizer } = settings
  const { name: backend } = await useBackend(settings.backend)
  const { precision = 'f32' } = settings
  // Refused here where the backend has none, before anything is written.
  withPrecision(precision, () => undefined)
  const { parameters, multiplyAdds } = summary(model, [1, size, size, 3])
  const rate = Number(lr.toPrecision(4))
  const decoders = `${threads} decoding ${threads === 1 ? 'thread' : 'threads'}`
  stderr.write(
    `${model.name} at ${size}×${size}: ` +
      `${amount(parameters)} parameters, ${amount(multiplyAdds)} multiply-adds per picture\n` +
      `${classes.length} classes, ${pictures.training} pictures to train on, ${pictures.validation} to measure with\n` +
      `backend ${backend}, ${precision === 'f32' ? '' : `${precision}, `}${threads === 0 ? 'the main thread decodes' : decoders}, ` +
      `${optimizer}, batches of ${batchSize}, learning rate up to ${rate}\n`,
  )
}
