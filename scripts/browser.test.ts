import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { findChromium, inChromium } from './chromium.test-helper.ts'

// The built packages in a browser: a page trains a small model on every backend and posts the losses to this test.

const root = fileURLToPath(new URL('..', import.meta.url))
const chromium = await findChromium(process.env)
if (!chromium) console.log('skipped the packages in a browser: no Chromium; install it, or say where in CHROMIUM')

/** What the page tells of one backend. */
interface Report {
  readonly isolated: boolean
  readonly losses?: readonly number[]
  readonly tensorsLeft?: number
  readonly error?: string
}

const PAGE = `
  import { MobileNetV3_small_x0_35 } from '@clas/backbones'
  import { createRng, disposeReplaced, disposeVariables, valueAndGradients } from '@clas/core'
  import { useBackend } from '@clas/kernels'
  import { apply, crossEntropy, init } from '@clas/nn'
  import { momentum } from '@clas/optim'
  import { memory, tensor } from '@tensorflow/tfjs-core'
  import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'

  async function train(backend) {
    await useBackend(backend)
    const before = memory().numTensors
    const rng = createRng(1)
    const model = MobileNetV3_small_x0_35({ classes: 3 })
    const random = (shape) => tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.uniform(0, 1)), shape)
    const images = random([4, 96, 96, 3])
    const labels = random([4, 3])
    const optimizer = momentum({ lr: 0.01, momentum: 0.9 })
    let variables = init(model, rng)
    let state = optimizer.init(variables.params)
    const losses = []
    for (let step = 0; step < 3; step++) {
      const { loss, gradients, buffers } = valueAndGradients((params) => {
        const { output, buffers } = apply(model, { ...variables, params }, images, { training: true, rng: rng.fork(step) })
        return { loss: crossEntropy(output, labels), buffers }
      }, variables.params)
      losses.push((await loss.data())[0])
      loss.dispose()
      disposeReplaced(variables.buffers, buffers)
      ;({ variables, state } = optimizer.step({ ...variables, buffers }, gradients, state))
    }
    disposeVariables(variables)
    optimizer.dispose(state)
    images.dispose()
    labels.dispose()
    return { losses, tensorsLeft: memory().numTensors - before }
  }

  setWasmPaths('/wasm/')
  const backend = location.hash.slice(1)
  const isolated = crossOriginIsolated
  const report = await train(backend).catch((error) => ({ error: String(error) }))
  await fetch('/answer', { method: 'POST', body: JSON.stringify({ isolated, ...report }) })
`

describe.skipIf(!chromium)('in a browser', () => {
  test('wasm trains as cpu does, with and without threads', async () => {
    const scripts = await bundle()
    const expected = await visit(scripts, 'cpu', true)
    expect(expected).toEqual({
      isolated: true,
      losses: [expect.any(Number), expect.any(Number), expect.any(Number)],
      tensorsLeft: 0,
    })
    for (const isolated of [true, false]) {
      const found = await visit(scripts, 'wasm', isolated)
      expect(found).toEqual({ isolated, losses: closeTo(expected.losses), tensorsLeft: 0 })
    }
  })

  test('webgpu trains as cpu does, where the browser offers an adapter', async () => {
    const scripts = await bundle()
    const found = await visit(scripts, 'webgpu', true)
    if (found.error?.includes('adapter') || found.error?.includes('has no WebGPU')) {
      console.log(`skipped webgpu in a browser: ${found.error}`)
      return
    }
    const expected = await visit(scripts, 'cpu', true)
    expect(found).toEqual({ isolated: true, losses: closeTo(expected.losses), tensorsLeft: 0 })
  })
})

function closeTo(losses: readonly number[] | undefined): unknown[] {
  return (losses ?? []).map((loss) => expect.closeTo(loss, 3))
}

type Files = Readonly<Record<string, string | Uint8Array>>

/** The page's scripts by name. In parts, as bundlers make them: what only Node.js loads lies in parts of its own. */
async function bundle(): Promise<Files> {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: root, loader: 'js', sourcefile: 'page.js' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    outdir: '/',
    entryNames: 'page',
    logLevel: 'error',
    external: ['node:*', 'koffi'],
  })
  return Object.fromEntries(outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]))
}

/** Opens the page in a browser of its own and waits for its report. */
async function visit(scripts: Files, backend: string, isolated: boolean): Promise<Report> {
  const files = { ...scripts, ...(await wasmFiles()) }
  const flags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']
  return JSON.parse(await inChromium(chromium as string, { files, hash: backend, isolated, flags }))
}

/** tfjs's own, by the paths that the page says. */
async function wasmFiles(): Promise<Files> {
  const folder = join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.wasm'))
  const entries = names.map(async (name) => [`/wasm/${name}`, await readFile(join(folder, name))] as const)
  return Object.fromEntries(await Promise.all(entries))
}
