import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { recomputations } from './recomputation.ts'
import type { Handle } from './runtime.ts'
import { describeTensorflow } from './tensorflow.test-helper.ts'
import type { TracedOperation, Value } from './trace.ts'

const INPUT: Value = { input: 0 }
const of = (operation: number, output = 0): Value => ({ operation, output })

function operation(name: string, inputs: readonly Value[], attributes: TracedOperation['attributes'] = {}) {
  return { operation: name, attributes, inputs, outputs: 1 }
}

function waitsOf(operations: readonly TracedOperation[], constants: readonly string[] = []): [number, number][] {
  const handles = constants.map((): Handle => ({ type: 1, shape: [] }))
  const program = { inputs: [{ type: 1 }], constants: handles, operations, outputs: [of(operations.length - 1)] }
  return [...recomputations(program, (handle) => constants[handles.indexOf(handle)] as string)]
}

it('makes the first operations of what is computed again wait for the last before', () => {
  const waits = waitsOf(
    [
      operation('Reshape', [INPUT, { constant: 0 }]),
      operation('Conv2D', [of(0), INPUT]),
      operation('Relu', [of(1)]),
      operation('Mul', [of(2), of(2)]),
      operation('Reshape', [INPUT, { constant: 1 }]), // again
      operation('Conv2D', [of(4), INPUT]),
      operation('Relu', [of(5)]),
      operation('ReluGrad', [of(3), of(6)]),
    ],
    ['3 [1] 8', '3 [1] 8'],
  )
  expect(waits).toEqual([[4, 3]])
})

it('knows what is computed a third time, of what was computed again', () => {
  const conv = (input: Value): TracedOperation => operation('Conv2D', [input, INPUT])
  const waits = waitsOf([
    conv(INPUT),
    conv(of(0)),
    operation('Relu', [of(1)]),
    conv(INPUT), // again
    conv(of(3)),
    operation('Mul', [of(2), of(4)]),
    conv(of(3)), // the second of them once more
    operation('Mul', [of(5), of(6)]),
  ])
  expect(waits).toEqual([
    [3, 2],
    [6, 5],
  ])
})

it('lets all else run as it can', () => {
  expect(waitsOf([operation('Relu', [INPUT]), operation('Relu', [INPUT])])).toEqual([])
  const conv = (stride: number): TracedOperation => operation('Conv2D', [INPUT, INPUT], { strides: { ints: [stride] } })
  expect(waitsOf([conv(1), conv(2)])).toEqual([])
  expect(waitsOf([conv(1), conv(1)])).toEqual([[1, 0]])
  const matMul = (constant: number): TracedOperation => operation('MatMul', [INPUT, { constant }])
  expect(waitsOf([matMul(0), matMul(1)], ['a', 'b'])).toEqual([])
})

/**
 * A chain of matrix products whose results are needed in reverse: each segment is computed again when it is needed. Of
 * 36 results of 4 MiB 11 are alive at once.
 */
const CHAIN = `
const { openRuntime } = await import(${JSON.stringify(new URL('open-runtime.ts', import.meta.url).href)})
const { graphFunction } = await import(${JSON.stringify(new URL('graph.ts', import.meta.url).href)})
const { traceOf } = await import(${JSON.stringify(new URL('trace.ts', import.meta.url).href)})
const { recording } = await openRuntime()
const { eager } = recording
const [rows, columns, length] = [4096, 256, 6]
const x = eager.create(1, [rows, columns], new Float32Array(rows * columns).fill(1))
const w = eager.create(1, [columns, columns], new Float32Array(columns * columns).fill(1 / columns))
const run = (name, ...inputs) => recording.execute(name, {}, inputs, 1)[0]
const segment = (start, keep) => {
  const results = [start]
  for (let i = 0; i < length; i++) {
    results.push(run('MatMul', results.at(-1), w))
    if (!keep && i > 0) recording.release(results.at(-2))
  }
  return results
}
recording.start()
const starts = [x]
for (let i = 0; i < length; i++) starts.push(segment(starts.at(-1), false).at(-1))
let dy = run('Relu', starts.at(-1))
for (const start of starts.slice(0, -1).reverse()) {
  for (const result of segment(start, true).slice(1).reverse()) {
    const next = run('Mul', dy, result)
    for (const each of [dy, result]) recording.release(each)
    dy = next
  }
}
for (const start of starts.slice(1)) recording.release(start)
const program = recording.stop((operations) => graphFunction(eager, traceOf(operations, [x, w], [dy])))
const before = process.resourceUsage().maxRSS
const [again] = program.call([x, w])
console.log(eager.read(again)[0] === eager.read(dy)[0], (process.resourceUsage().maxRSS - before) / 1024)
`

describeTensorflow('what is computed again', () => {
  it('is not kept in a program either', async () => {
    const parameters = ['--import', 'tsx', '--input-type=module', '--eval', CHAIN]
    const { stdout } = await promisify(execFile)(process.execPath, parameters, { timeout: 60_000 })
    const [same, mebibytes] = stdout.trim().split(' ')
    expect(same).toBe('true')
    // The eager run took the memory of 11 results; were all kept, the program would want that of 25 more.
    expect(Number(mebibytes)).toBeLessThan(50)
  })
})
