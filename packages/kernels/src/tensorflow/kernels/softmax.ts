import type { TensorInfo } from '@tensorflow/tfjs-core'
import { isEmpty } from './padding.ts'
import type { Kernel, Scope } from './scope.ts'

/** ClasSoftmax, and Softmax of tfjs */
export const softmax: Kernel<'x'> = (scope, { x }) => (isEmpty(x.shape) ? x : scope.op('Softmax', [x]))

/** ClasSoftmaxGradient */
export const softmaxGradient: Kernel<'dy' | 'y'> = (scope, { dy, y }) => {
  const sum = sumOfRows(scope, scope.op('Mul', [dy, y]))
  return scope.op('Mul', [scope.op('Sub', [dy, sum]), y])
}

/** ClasSoftmaxCrossEntropy */
export const softmaxCrossEntropy: Kernel<'logits' | 'targets'> = (scope, { logits, targets }) => {
  if (isEmpty(logits.shape)) return [scope.fill([logits.shape[0] ?? 0], 0), logits]
  const [loss] = scope.run('SoftmaxCrossEntropyWithLogits', [logits, targets], {}, 2) as [TensorInfo]
  return [loss, scope.op('Softmax', [logits])]
}

/** ClasSoftmaxCrossEntropyGradient */
export const softmaxCrossEntropyGradient: Kernel<'dloss' | 'softmax' | 'targets'> = (
  scope,
  { dloss, softmax, targets },
) => {
  const spread = scope.op('Mul', [softmax, sumOfRows(scope, targets)])
  const difference = scope.op('Sub', [spread, targets])
  return scope.op('Mul', [difference, scope.reshape(dloss, [dloss.shape[0] ?? 0, 1])])
}

function sumOfRows(scope: Scope, x: TensorInfo): TensorInfo {
  return scope.op('Sum', [x, scope.ints([-1])], { keep_dims: true })
}
