import { createRng, valueAndGradients } from '@clas/core'
import { useBackend, compileStep } from '@clas/kernels'
import { apply, crossEntropy, init } from '@clas/nn'
import { image, oneHotLabels } from '@clas/testkit'
import * as tf from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import { createModel } from './index.ts'
test('x', async () => {
  await useBackend('tensorflow')
  const backend = tf.backend() as any
  for (const [name, batch, size] of [['ResNet50', 8, 224], ['MobileNetV3_small_x1_0', 64, 96], ['DeiT_tiny_patch16_224', 8, 224]] as const) {
    const model = createModel(name, { classes: 1000 })
    const variables = init(model, createRng(1))
    const x = tf.tensor4d(image(batch, size), [batch, size, size, 3])
    const labels = oneHotLabels(batch, 1000, (i) => 37 * i + 11)
    const counts: Record<string, number> = {}, times: Record<string, number> = {}
    const f = ({ x, labels, params }: any) => tf.tidy(() => {
      const { loss, gradients } = valueAndGradients((params) => {
        const applied = apply(model, { ...variables, params }, x, { training: true, rng: createRng(0) })
        return { loss: crossEntropy(applied.output, labels) }
      }, params)
      return { loss, gradients: { ...gradients } }
    })
    const run = (g: any) => { const t = performance.now(); const r = g({ x, labels, params: { ...variables.params } }); r.loss.dataSync(); tf.dispose(r); return performance.now() - t }
    const eager = [0, 1, 2, 3].map(() => run(f))
    const original = backend.run.bind(backend)
    let n = 0
    backend.run = (...a: any) => { n++; const t = performance.now(); const r = original(...a); counts[a[0]] = (counts[a[0]] ?? 0) + 1; times[a[0]] = (times[a[0]] ?? 0) + performance.now() - t; return r }
    const prof = run(f)
    delete backend.run
    const step = compileStep(f)
    const compiled = [0, 1, 2, 3, 4, 5].map(() => run(step))
    console.log('B', name, 'eager', eager.map(Math.round).join(' '), 'prof', Math.round(prof), 'ops', n, 'compiled', compiled.map(Math.round).join(' '), (step as any).report.mode)
    console.log('B', Object.entries(times).sort((a, b) => b[1] - a[1]).slice(0, 14).map(([k, v]) => `${k} ${counts[k]}x ${v.toFixed(0)}`).join(', '), 'total in ops', Object.values(times).reduce((a, b) => a + b).toFixed(0))
  }
})
