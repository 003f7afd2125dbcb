import { expect, test } from 'vitest'
import { clas } from '../capture.test-helper.ts'

test('doctor tells what is there and that it computes right', async () => {
  const { code, stdout } = await clas(['doctor'])
  expect(stdout).toContain(`Node      ${process.versions.node}`)
  expect(stdout).toContain('backend   wasm: chosen; a convolution and its gradient are right')
  expect(stdout).toContain('backend   cpu: works, but wasm is faster')
  expect(stdout).toMatch(/sharp \d+\.\d+\.\d+: jpeg, png, webp/)
  expect(stdout).toMatch(/(relaxed|plain) SIMD/)
  expect(code).toBe(0)
})

test('doctor gives the same as JSON', async () => {
  const { stdout } = await clas(['doctor', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    machine: { nodeIsNewEnough: true },
    chosen: 'wasm',
    backends: [
      { name: 'wasm', works: true },
      { name: 'cpu', works: true },
    ],
    sharp: { works: true },
  })
})
