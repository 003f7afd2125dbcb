import { createModel, type Model } from '@clas/backbones'
import { createRng, disposeReplaced, type Rng, type Tensors, type Variables, valueAndGradients } from '@clas/core'
import { apply, crossEntropy, init, summary } from '@clas/nn'
import { momentum } from '@clas/optim'
import { cast, env, memory, oneHot, profile, randomUniform, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { CALLS_TO_COMPILE, requireCompiled, type Step, start, stepOf } from './clas-interface.ts'
import type { Engine, Measured, ModelJob } from './engines.ts'
import { CLASSES, OPTIMIZER } from './models.ts'
import { residentBytes, time } from './timing.ts'

/** Calls before any counts; of a compiled step one that runs compiled. */
const WARM_UP = { eager: 2, compiled: CALLS_TO_COMPILE + 1 }

/** A whole training step, or a pass in evaluation mode. */
export async function measureModel(job: ModelJob): Promise<Measured> {
  const { work, engine, runs, seconds } = job
  const { model: name, size, batch } = job.case
  await start(engine)
  const model = createModel(name, { classes: CLASSES })
  const shape = [batch, size, size, 3]
  const { parameters } = summary(model, shape)
  const images = randomUniform(shape, -1, 1, 'float32', 1)
  const prepared = work === 'inference' ? inference(engine, model, images) : training(engine, model, images)
  const timed = await time(prepared.call, { runs, seconds, warmUp: engine.compiled ? WARM_UP.compiled : WARM_UP.eager })
  requireCompiled(engine, prepared.step)
  const resident = residentBytes() // before the profile, which keeps more
  return {
    ...timed,
    parameters,
    residentBytes: resident,
    ...(await peakTensorBytes(prepared)),
  }
}

interface Prepared {
  readonly call: () => void
  readonly step: Step<never, unknown>
}

interface StepInputs extends Variables {
  readonly images: Tensor
  readonly labels: Tensor
}

/** As the training loop does it: value and gradients, which may be compiled, then the optimizer. */
function training(engine: Engine, model: Model, images: Tensor): Prepared {
  const rng = createRng(1)
  const classes = Array.from({ length: images.shape[0] as number }, (_, i) => i)
  const labels = cast(oneHot(tensor1d(classes, 'int32'), CLASSES), 'float32')
  const optimizer = momentum(OPTIMIZER)
  let variables = init(model, rng.fork('init'))
  let state = optimizer.init(variables.params)
  const step = stepOf(engine, ({ params, buffers, images, labels }: StepInputs, rng: Rng) =>
    valueAndGradients((params: Tensors) => {
      const applied = apply(model, { params, buffers }, images, { training: true, rng })
      return { loss: crossEntropy(applied.output, labels), buffers: applied.buffers }
    }, params),
  )
  let count = 0
  const call = (): void => {
    const { loss, gradients, buffers } = step({ ...variables, images, labels }, rng.fork('step', count++))
    disposeReplaced(variables.buffers, buffers)
    ;({ variables, state } = optimizer.step({ ...variables, buffers }, gradients, state))
    const [value] = loss.dataSync()
    loss.dispose()
    if (!Number.isFinite(value)) throw new Error(`the loss is ${value}`)
  }
  return { call, step }
}

function inference(engine: Engine, model: Model, images: Tensor): Prepared {
  const rng = createRng(1)
  const variables = init(model, rng.fork('init'))
  const step = stepOf(engine, ({ params, buffers, images }: Variables & { readonly images: Tensor }) =>
    tidy(() => apply(model, { params, buffers }, images).output),
  )
  const call = (): void => {
    const output = step({ ...variables, images }, rng)
    output.dataSync()
    output.dispose()
  }
  return { call, step }
}

/**
 * Of tensors alive at once in one call. The engine sees them all in an eager step; of a compiled one it sees what goes
 * in and comes out, and the report says the rest.
 */
async function peakTensorBytes({ call, step }: Prepared): Promise<Pick<Measured, 'peakTensorBytes' | 'note'>> {
  const { mode, peakBytes } = step.report
  if (mode === 'compiled') {
    if (peakBytes === undefined) return { note: 'the backend does not say what memory a compiled step takes' }
    return { peakTensorBytes: memory().numBytes + peakBytes }
  }
  env().set('CHECK_COMPUTATION_FOR_ERRORS', false)
  const before = memory().numBytes
  const { peakBytes: seen, kernels } = await profile(() => call())
  if (kernels.length === 0) return { note: `no kernel ran in the profile (${before} bytes before)` }
  return { peakTensorBytes: seen }
}
