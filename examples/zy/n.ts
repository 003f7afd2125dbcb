import { readdirSync, readFileSync } from 'node:fs'
import { createModel } from '@clas/backbones'
import { disposeVariables } from '@clas/core'
import { useBackend } from '@clas/kernels'
import { apply, loadStateDict } from '@clas/nn'
import { fill, image } from '@clas/testkit'
import { tensor4d } from '@tensorflow/tfjs-core'

await useBackend('wasm')
const dir = 'packages/backbones/fixtures/paddle/'
for (const f of readdirSync(dir)) {
  const r = JSON.parse(readFileSync(dir + f, 'utf8'))
  const t0 = performance.now()
  const model = createModel(r.model, { classes: 1000 })
  const arrays = Object.fromEntries(
    r.keys.map(([k, s]: [string, number[]]) => [k, { shape: s, data: fill(k, s, r.gain) }]),
  )
  const v = loadStateDict(model, arrays, { layout: 'paddle' })
  const t1 = performance.now()
  const x = tensor4d(image(r.batch, r.size), [r.batch, r.size, r.size, 3])
  const { output } = apply(model, v, x)
  const y = output.dataSync()
  const o = r.outputs[0]
  const e = Math.max(
    ...o.values.flatMap((row: number[], b: number) =>
      row.map((val, i) => Math.abs(y[b * 1000 + o.at[i]]! - val) / o.std),
    ),
  )
  const tol = Math.max(2e-5, 5 * (r.sensitivity ?? 4e-6))
  console.log(
    'ROW',
    r.model,
    e.toExponential(1),
    tol.toExponential(1),
    (e / tol).toFixed(2),
    Math.round(t1 - t0),
    Math.round(performance.now() - t1),
  )
  disposeVariables(v)
  x.dispose()
  output.dispose()
}
