// Measures kernels and whole training steps on the wasm backend: a table, and JSON with --json FILE.
// Each measurement runs alone, warmed up; the figure is the median, with the least and the most beside it.
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { createModel } from '@clas/backbones'
import { createRng, disposeReplaced, disposeVariables, valueAndGradients } from '@clas/core'
import { conv2d, matMul, useBackend } from '@clas/kernels'
import { apply, crossEntropy, init, summary } from '@clas/nn'
import { momentum } from '@clas/optim'
import { dispose, randomUniform, type Tensor, tensor2d } from '@tensorflow/tfjs-core'

interface Row {
  readonly name: string
  readonly milliseconds: { readonly median: number; readonly least: number; readonly most: number }
  /** Billions of floating-point operations a second, two to a multiply-add. */
  readonly gigaflops: number
}

const { values: flags } = parseArgs({
  options: { json: { type: 'string' }, runs: { type: 'string', default: '7' }, only: { type: 'string', default: '' } },
})
const runs = Number(flags.runs)
await useBackend('wasm')
const rows: Row[] = []

kernel(
  'matMul 1024 x 1024 x 1024',
  1024 ** 3,
  [
    [1024, 1024],
    [1024, 1024],
  ],
  ([a, b]) => matMul(a, b),
)
kernel(
  'conv 3x3, 8 x 56 x 56 x 64 to 64',
  8 * 56 * 56 * 64 * 64 * 9,
  [
    [8, 56, 56, 64],
    [3, 3, 64, 64],
  ],
  ([x, w]) => conv2d(x, w, { pads: 1 }),
)
kernel(
  'depthwise 3x3, 8 x 56 x 56 x 64',
  8 * 56 * 56 * 64 * 9,
  [
    [8, 56, 56, 64],
    [3, 3, 1, 64],
  ],
  ([x, w]) => conv2d(x, w, { pads: 1, groups: 64 }),
)
for (const [name, size, batch] of [
  ['ResNet18', 64, 64],
  ['MobileNetV3_small_x1_0', 96, 64],
  ['PPLCNet_x1_0', 224, 16],
  ['ResNet50_vd', 224, 8],
  ['DeiT_tiny_patch16_224', 224, 16],
] as const) {
  model(name, size, batch)
}

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  backend: 'wasm, one thread',
}
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.backend}, ${runs} runs\n`)
console.log(
  `${'measurement'.padEnd(48)}${'median ms'.padStart(12)}${'least'.padStart(10)}${'most'.padStart(10)}${'GFLOP/s'.padStart(10)}`,
)
for (const { name, milliseconds: ms, gigaflops } of rows) {
  const figures = [ms.median, ms.least, ms.most].map((value) => value.toFixed(1))
  console.log(
    `${name.padEnd(48)}${figures[0]?.padStart(12)}${figures[1]?.padStart(10)}${figures[2]?.padStart(10)}${gigaflops.toFixed(1).padStart(10)}`,
  )
}
if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ machine, runs, rows }, null, 2)}\n`)

function kernel(name: string, multiplyAdds: number, shapes: number[][], f: (inputs: [Tensor, Tensor]) => Tensor): void {
  if (!name.includes(flags.only)) return
  const inputs = shapes.map((shape) => randomUniform(shape, -1, 1, 'float32', 1)) as [Tensor, Tensor]
  measure(name, multiplyAdds, () => f(inputs).dispose())
  dispose(inputs)
}

function model(name: string, size: number, batch: number): void {
  if (!name.includes(flags.only)) return
  const module = createModel(name, { classes: 1000 })
  const { multiplyAdds } = summary(module, [batch, size, size, 3])
  const rng = createRng(1)
  let variables = init(module, rng)
  const optimizer = momentum({ lr: 0.001, momentum: 0.9, weightDecay: 1e-4 })
  let state = optimizer.init(variables.params)
  const x = randomUniform([batch, size, size, 3], -1, 1, 'float32', 1)
  const labels = tensor2d(
    new Float32Array(batch * 1000).map((_, i) => (i % 1000 === 7 ? 1 : 0)),
    [batch, 1000],
  )
  const at = `${name} @${size}, batch ${batch}`
  measure(`${at}, forward`, multiplyAdds, () => apply(module, variables, x).output.dispose())
  measure(`${at}, training step`, 3 * multiplyAdds, () => {
    const { loss, gradients, buffers } = valueAndGradients((params) => {
      const applied = apply(module, { ...variables, params }, x, { training: true, rng })
      return { loss: crossEntropy(applied.output, labels), buffers: applied.buffers }
    }, variables.params)
    loss.dispose()
    disposeReplaced(variables.buffers, buffers)
    ;({ variables, state } = optimizer.step({ ...variables, buffers }, gradients, state))
  })
  disposeVariables(variables)
  optimizer.dispose(state)
  dispose([x, labels])
}

function measure(name: string, multiplyAdds: number, f: () => void): void {
  f()
  f()
  const times = Array.from({ length: runs }, () => {
    const begun = performance.now()
    f()
    return performance.now() - begun
  }).sort((a, b) => a - b)
  const [least = 0, median = 0, most = 0] = [times[0], times[Math.floor(runs / 2)], times.at(-1)]
  rows.push({ name, milliseconds: { median, least, most }, gigaflops: (2 * multiplyAdds) / median / 1e6 })
}
