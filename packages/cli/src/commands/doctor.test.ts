import { expect, test } from 'vitest'
import { clas } from '../capture.test-helper.ts'
import type { BackendState } from '../environment.ts'

test('doctor tells what is there and that it computes right', async () => {
  const { code, stdout } = await clas(['doctor'])
  expect(stdout).toContain(`Node      ${process.versions.node}`)
  const native = /backend {3}tensorflow: chosen \(TensorFlow \d.*CPU:0.* threads?, .*\); a convolution/.test(stdout)
  const chosen = native ? 'tensorflow' : 'wasm'
  if (!native) {
    expect(stdout).toMatch(/backend {3}tensorflow: not there, and not needed: .*not found/)
    expect(stdout).toContain('To compute faster on the CPU, with TensorFlow: pip install tensorflow-cpu')
  }
  expect(stdout).toContain(
    `backend   wasm: ${native ? 'works, but tensorflow is faster' : 'chosen'}; a convolution and its`,
  )
  expect(stdout).toContain(`backend   cpu: works, but ${chosen} is faster`)
  expect(stdout).toMatch(/backend {3}webgpu: (not there, and not needed|works, where it is asked for)/)
  expect(stdout).toMatch(/sharp \d+\.\d+\.\d+: jpeg, png, webp/)
  expect(stdout).toMatch(/(relaxed|plain) SIMD/)
  expect(stdout).toContain('All is well.')
  expect(code).toBe(0)
})

test('doctor gives the same as JSON', async () => {
  const { stdout } = await clas(['doctor', '--json'])
  const diagnosis = JSON.parse(stdout)
  const tensorflow = diagnosis.backends.find(({ name }: BackendState) => name === 'tensorflow')
  expect(diagnosis).toMatchObject({
    machine: { nodeIsNewEnough: true },
    chosen: tensorflow.works ? 'tensorflow' : 'wasm',
    backends: [
      { name: 'tensorflow', optional: true },
      { name: 'webgpu', optional: true },
      { name: 'wasm', works: true },
      { name: 'cpu', works: true },
    ],
    sharp: { works: true },
  })
  expect(diagnosis.advice).toBe(tensorflow.works ? undefined : 'pip install tensorflow-cpu')
})
