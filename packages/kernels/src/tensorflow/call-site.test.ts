import { sep } from 'node:path'
import { expect, it } from 'vitest'
import { callSite } from './call-site.ts'

const CLAS = ['', 'app', 'node_modules', '@clas'].join(sep)
const tfjs = `    at Tensor.dataSync (${['', 'app', 'node_modules', '@tensorflow', 'tfjs-core', 'index.js'].join(sep)}:9:1)`
const kernels = `    at read (file://${CLAS}/kernels/dist/index.js:1:2)`

it('is the first place outside of tfjs and clas', () => {
  const stack = [
    'Error',
    kernels,
    tfjs,
    `    at train (${CLAS}/engine/dist/a.js:5:6)`,
    '    at main (/app/train.ts:12:3)',
  ]
  expect(callSite(stack.join('\n'), CLAS)).toBe('/app/train.ts:12')
  expect(callSite(['Error', kernels, tfjs, '    at file:///app/train.ts:7:1'].join('\n'), CLAS)).toBe('/app/train.ts:7')
  expect(callSite(['Error', kernels, '    at async /app/b.ts:8:1', '    at node:x:1:1'].join('\n'), CLAS)).toBe(
    '/app/b.ts:8',
  )
})

it('is the innermost place outside of tfjs and the kernels where all is inside', () => {
  const engine = `    at train (${CLAS}${sep}engine${sep}dist${sep}a.js:5:6)`
  expect(callSite(['Error', kernels, tfjs, engine].join('\n'), CLAS)).toBe(`${CLAS}${sep}engine${sep}dist${sep}a.js:5`)
  expect(callSite('Error', CLAS)).toBe('an unknown place')
})

it('is this test here', () => {
  expect(callSite()).toMatch(/call-site\.test\.ts:\d+$/)
})
