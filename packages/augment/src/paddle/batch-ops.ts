import { badOption } from '../options.ts'
import type { TransformSpec } from '../transform.ts'
import { OpOptions } from './op-options.ts'
import { specOf } from './spec-of.ts'
import { unknownOp } from './unknown-op.ts'

type ReadBatchOp = (options: OpOptions) => TransformSpec

/** The batch transform of each batch op of PaddleClas. The number of classes is that of the labels. */
const BATCH_OPS: Readonly<Record<string, ReadBatchOp>> = {
  MixupOperator: (options) => {
    options.take('class_num')
    return specOf('Mixup', { alpha: options.number('alpha') })
  },
  CutmixOperator: (options) => {
    options.take('class_num')
    return specOf('Cutmix', { alpha: options.number('alpha') })
  },
  FmixOperator: (options) => {
    options.take('class_num')
    return specOf('Fmix', {
      alpha: options.number('alpha'),
      decayPower: options.number('decay_power'),
      maxSoft: options.number('max_soft'),
      reformulate: options.take('reformulate'),
    })
  },
  MixupCutmixHybrid: (options) => {
    options.take('num_classes')
    return specOf('MixupCutmixHybrid', {
      mixupAlpha: options.number('mixup_alpha'),
      cutmixAlpha: options.number('cutmix_alpha'),
      cutmixMinmax: options.take('cutmix_minmax'),
      p: options.number('prob'),
      switchProbability: options.number('switch_prob'),
      mode: options.take('mode'),
      correctLambda: options.take('correct_lam'),
      labelSmoothing: options.number('label_smoothing'),
    })
  },
  OpSampler: (options) => {
    options.take('class_num')
    const ops = options.names.filter((name) => name !== 'class_num')
    const members = ops.map((name) => sampledOp(name, options.take(name)))
    return specOf('OpSampler', {
      transforms: members.map(({ spec }) => spec),
      probabilities: members.map(({ probability }) => probability),
    })
  },
}

/** One op of an OpSampler, whose `prob` is the sampler's; 0 where it is left out, as in PaddleClas. */
function sampledOp(name: string, values: unknown): { readonly spec: TransformSpec; readonly probability: number } {
  if (typeof values !== 'object' || values === null) badOption(name, 'options', 'names and values with prob', values)
  const { prob = 0, ...rest } = values as Readonly<Record<string, unknown>>
  if (typeof prob !== 'number') badOption(name, 'prob', 'a number', prob)
  return { spec: readBatchOp(name, rest), probability: prob }
}

/** The spec of a batch op. Throws `unknown-name` and `bad-option`. */
export function readBatchOp(name: string, values: unknown): TransformSpec {
  const read = Object.hasOwn(BATCH_OPS, name) ? BATCH_OPS[name] : undefined
  if (!read) throw unknownOp('batch op', name, Object.keys(BATCH_OPS))
  const options = new OpOptions(name, values)
  const spec = read(options)
  options.finish()
  return spec
}
