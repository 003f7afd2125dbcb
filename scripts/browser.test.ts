import { spawn } from 'node:child_process'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'

// The built packages in a browser: a page trains a small model on every backend and posts the losses to this test.

const root = fileURLToPath(new URL('..', import.meta.url))
const wasmFiles = join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist')
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
  await fetch('/report', { method: 'POST', body: JSON.stringify({ isolated, ...report }) })
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

type Scripts = Readonly<Record<string, string>>

/** The page's scripts by name. In parts, as bundlers make them: what only Node.js loads lies in parts of its own. */
async function bundle(): Promise<Scripts> {
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
async function visit(scripts: Scripts, backend: string, isolated: boolean): Promise<Report> {
  const profile = await mkdtemp(join(tmpdir(), 'clas-browser-'))
  const { server, report } = serve(scripts, isolated)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const browser = spawn(
    chromium as string,
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--no-first-run',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      `--user-data-dir=${profile}`,
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      '--enable-features=Vulkan',
      '--enable-logging=stderr',
      `http://127.0.0.1:${port}/#${backend}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  browser.stderr.on('data', (data: Buffer) => {
    log += data
  })
  const exited = new Promise<void>((resolve) => browser.once('close', () => resolve()))
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`the page did not report\n${consoleOf(log)}`)), 90_000).unref()
    exited.then(() => reject(new Error(`the browser ended\n${log.slice(-2000)}`)))
  })
  try {
    return await Promise.race([report, late])
  } finally {
    late.catch(() => {})
    browser.kill('SIGKILL')
    await exited
    server.closeAllConnections()
    server.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** What the page wrote to its console. */
function consoleOf(log: string): string {
  return log
    .split('\n')
    .filter((line) => line.includes('CONSOLE'))
    .join('\n')
}

function serve(scripts: Scripts, isolated: boolean): { server: Server; report: Promise<Report> } {
  let receive: (report: Report) => void
  const report = new Promise<Report>((resolve) => {
    receive = resolve
  })
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    }
    const path = request.url ?? '/'
    const send = (type: string, body: string | Buffer): void => {
      response.setHeader('Content-Type', type)
      response.end(body)
    }
    if (path === '/') send('text/html', '<!doctype html><script type="module" src="/page.js"></script>')
    else if (path in scripts) send('text/javascript', scripts[path] as string)
    else if (/^\/wasm\/[\w-]+\.wasm$/.test(path))
      send('application/wasm', await readFile(join(wasmFiles, path.slice(6))))
    else if (path === '/report') {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      send('text/plain', '')
      receive(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Report)
    } else {
      response.statusCode = 404
      response.end()
    }
  })
  return { server, report }
}

async function findChromium({ CHROMIUM, PATH = '' }: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (CHROMIUM) return CHROMIUM
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = PATH.split(delimiter)
  for (const path of folders.flatMap((folder) => names.map((name) => join(folder, name)))) {
    const found = await access(path).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return undefined
}
