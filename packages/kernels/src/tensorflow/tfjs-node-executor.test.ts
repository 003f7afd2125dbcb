import { createRng, type Tensors } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { expectAgreement, expectNoLeaks, randomArray } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hardSwish } from '../ops/activation.ts'
import { avgPool2d } from '../ops/avg-pool.ts'
import { batchNormTrain } from '../ops/batch-norm.ts'
import { conv2d } from '../ops/conv2d.ts'
import { layerNorm } from '../ops/layer-norm.ts'
import { matMul } from '../ops/mat-mul.ts'
import { maxPool2d } from '../ops/max-pool.ts'
import { resizeBilinear } from '../ops/resize-bilinear.ts'
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.ts'
import { TensorflowBackend } from './backend.ts'
import { registerTfjsKernels } from './register.ts'
import type { Attribute, Attributes } from './runtime.ts'
import { describeTensorflow } from './tensorflow.test-helper.ts'
import { isTfjsNode, type TfjsNodeBackend } from './tfjs-node-executor.ts'

const KINDS = { STRING: 0, INT: 1, FLOAT: 2, BOOL: 3, TYPE: 4, SHAPE: 5 } as const

/** The interface of tfjs-node's backend: its numbers for kinds of attributes, and all through one function. */
class FakeTfjsNode extends TensorflowBackend implements TfjsNodeBackend {
  readonly binding = Object.fromEntries(
    Object.entries(KINDS).map(([kind, number]) => [`TF_ATTR_${kind}`, number]),
  ) as TfjsNodeBackend['binding']
  calls = 0

  executeMultipleOutputs(
    ...[name, attributes, inputs, outputs]: Parameters<TfjsNodeBackend['executeMultipleOutputs']>
  ): tf.TensorInfo[] {
    this.calls++
    const decoded: Attributes = Object.fromEntries(
      attributes.map(({ name, type, value }): [string, Attribute] => {
        if (type === KINDS.INT) return [name, Array.isArray(value) ? { ints: value } : { int: value as number }]
        if (type === KINDS.FLOAT) return [name, Array.isArray(value) ? { floats: value } : { float: value as number }]
        if (type === KINDS.TYPE) return [name, { type: value as number }]
        if (type === KINDS.SHAPE) return [name, { shape: value as number[] }]
        return [name, value as string | boolean]
      }),
    )
    return super.run(name, decoded, inputs, outputs)
  }

  /** The executor must not go round the interface. */
  override run(): never {
    throw new Error('tfjs-node has no such function')
  }
}

describeTensorflow('the kernels on tfjs-node', (open) => {
  let fake: FakeTfjsNode

  beforeAll(async () => {
    // As a program that imports tfjs-node: its backend and its kernels are there before anything of clas runs.
    if (tf.findBackendFactory('tensorflow')) {
      await useBackend('cpu')
      tf.removeBackend('tensorflow')
    }
    const runtime = await open()
    fake = new FakeTfjsNode(runtime)
    tf.registerBackend('tensorflow', () => fake, 3)
    registerTfjsKernels() // tfjs-node has its own
    await useBackend('tensorflow')
  })
  afterAll(async () => {
    await useBackend('cpu')
    tf.removeBackend('tensorflow') // the next to use it starts that of this package
  })

  it('takes the backend that is there', () => {
    expect(tf.backend()).toBe(fake)
    expect(isTfjsNode(fake)).toBe(true)
    expect(isTfjsNode(new TensorflowBackend(fake.runtime))).toBe(false)
  })

  it('computes as cpu does, gradients too, and keeps nothing', async () => {
    const rng = createRng(1)
    const inputs = {
      x: randomArray(rng, [2, 6, 6, 4]),
      filter: randomArray(rng, [3, 3, 2, 6]),
      gamma: randomArray(rng, [6]),
      beta: randomArray(rng, [6]),
      head: randomArray(rng, [6, 3]),
      targets: randomArray(rng, [2, 3], { low: 0, high: 1 }),
    }
    const network = (t: Tensors): tf.Tensor => {
      const { x, filter, gamma, beta, head, targets } = t as Record<keyof typeof inputs, tf.Tensor>
      const y = batchNormTrain(conv2d(x, filter, { pads: 1, groups: 2, bias: beta }), gamma, beta, 1e-3).output
      const pooled = avgPool2d(resizeBilinear(maxPool2d(hardSwish(y), { size: 2 }), { size: 4 }), { size: 4 })
      return softmaxCrossEntropy(matMul(layerNorm(tf.reshape(pooled, [2, 6]), gamma, beta, 1e-3), head), targets)
    }
    await expectAgreement(['cpu', 'tensorflow'], network, inputs, { relative: 1e-4, absolute: 1e-4 })
    expect(fake.calls).toBeGreaterThan(20)
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
    )
    await expectNoLeaks(() => tf.dispose(tf.tidy(() => network(tensors))))
    const before = fake.numDataIds()
    tf.dispose(tf.tidy(() => network(tensors)))
    expect(fake.numDataIds()).toBe(before)
    tf.dispose(tensors)
  })
})
