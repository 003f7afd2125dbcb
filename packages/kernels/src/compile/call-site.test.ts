import { expect, it } from 'vitest'
import { callSite } from './call-site.ts'

const CLAS = '/app/node_modules/@clas/'
const tfjs = '    at Tensor.dataSync (/app/node_modules/@tensorflow/tfjs-core/index.js:9:1)'
const kernels = `    at read (file://${CLAS}kernels/dist/index.js:1:2)`
const stack = (...lines: string[]): string => ['Error', ...lines].join('\n')

it('is the first place outside of tfjs and clas', () => {
  const engine = `    at train (${CLAS}engine/dist/a.js:5:6)`
  expect(callSite(stack(kernels, tfjs, engine, '    at main (/app/train.ts:12:3)'), CLAS)).toBe('/app/train.ts:12')
  expect(callSite(stack(kernels, tfjs, '    at file:///app/my%20train.ts:7:1'), CLAS)).toBe('/app/my train.ts:7')
  expect(callSite(stack(kernels, '    at async /app/b.ts:8:1', '    at node:x:1:1'), CLAS)).toBe('/app/b.ts:8')
  expect(callSite(stack(kernels, 'step@http://localhost:8080/app.js:8:1'), CLAS)).toBe('http://localhost:8080/app.js:8')
})

it('is the first place outside of tfjs and the kernels where all is inside', () => {
  const engine = `    at train (${CLAS}engine/dist/a.js:5:6)`
  expect(callSite(stack(kernels, tfjs, engine), CLAS)).toBe(`${CLAS}engine/dist/a.js:5`)
  expect(callSite('Error', CLAS)).toBe('an unknown place')
})

it('is this test here', () => {
  expect(callSite()).toMatch(/call-site\.test\.ts:\d+$/)
})
