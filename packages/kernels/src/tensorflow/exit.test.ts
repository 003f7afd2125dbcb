import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeTensorflow } from './tensorflow.test-helper.ts'

const OPEN = new URL('open-runtime.ts', import.meta.url).href

const KOFFI = import.meta.resolve('koffi')
const TSX = import.meta.resolve('tsx/esm/api')

/** Runs a program in a process of its own; rejects where it ends with another code than 0, or by a signal. */
function run(program: string, environment: NodeJS.ProcessEnv = {}): Promise<{ stdout: string; stderr: string }> {
  const parameters = ['--import', 'tsx', '--input-type=module', '--eval', program]
  return promisify(execFile)(process.execPath, parameters, { env: { ...process.env, ...environment }, timeout: 60_000 })
}

const COMPUTE = `
const { openRuntime } = await import(${JSON.stringify(OPEN)})
const runtime = await openRuntime()
const a = runtime.create(1, [64, 64], new Float32Array(4096).fill(1))
const [product] = runtime.execute('MatMul', {}, [a, a], 1)
console.log(runtime.read(product)[0])
`

/** Computes, and prints what the library sees of a variable. */
const PRINT = `${COMPUTE}
const koffi = (await import(${JSON.stringify(KOFFI)})).default
console.log(koffi.load(null).func('str getenv(str)')('TF_ENABLE_ONEDNN_OPTS'))
`

describeTensorflow('a process', () => {
  it('computes, ends by itself with code 0, and writes nothing else', async () => {
    const { stdout, stderr } = await run(COMPUTE)
    expect(stdout).toBe('64\n')
    expect(stderr).toBe('')
  })

  it('sets the variables of the library, but not those of the user', async () => {
    expect((await run(PRINT)).stdout).toBe('64\n1\n')
    expect((await run(PRINT, { TF_ENABLE_ONEDNN_OPTS: '0' })).stdout).toBe('64\n0\n')
  })

  it('may compute in worker threads, also in two at once', async () => {
    const program = `(await import(${JSON.stringify(TSX)})).register()\n${PRINT}`
    const { stdout } = await run(`
      import { Worker } from 'node:worker_threads'
      const program = 'data:text/javascript,' + encodeURIComponent(${JSON.stringify(program)})
      for (let i = 0; i < 2; i++) new Worker(new URL(program), { execArgv: [] })`)
    expect(stdout.split('\n').sort()).toEqual(['', '1', '1', '64', '64'])
  })

  it('refuses threads and devices that are not there, and says which are', async () => {
    const open = (options: string): string => `
      const { openRuntime } = await import(${JSON.stringify(OPEN)})
      await openRuntime(${options}).catch((error) => console.log(error.code, error.message))`
    expect((await run(open('{ threads: 0 }'))).stdout).toMatch(
      /^bad-option threads must be a whole number of at least 1, found 0/,
    )
    expect((await run(open("{ device: 'TPU:7' }"))).stdout).toMatch(/^bad-option .*one of CPU:0.*found 'TPU:7'/)
    expect((await run(open("{ library: '/nowhere' }"))).stdout).toMatch(/^backend-unavailable .*nothing in \/nowhere/)
    expect((await run(`${open("{ device: 'cpu:0' }")}\nconsole.log('open')`)).stdout).toBe('open\n')
  })
})
