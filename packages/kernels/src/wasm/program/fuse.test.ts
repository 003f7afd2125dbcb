import { createRng, type Tensors, valueAndGradients } from '@clas/core'
import { randomTensor } from '@clas/testkit'
import { add, backend, dispose, engine, mul, type Scalar, sum, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { compileStep } from '../../compile/compile-step.ts'
import type { ActivationKind } from '../../contract.ts'
import { activation } from '../../ops/activation.ts'
import { batchNorm, batchNormTrain } from '../../ops/batch-norm.ts'
import { useBackend } from '../../use-backend.ts'
import { fuse } from './fuse.ts'
import type { ProgramBackend } from './program-backend.ts'
import { WasmRecording } from './recording.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

beforeEach(() => {
  engine().startScope()
  return () => engine().endScope()
})

type Network = (inputs: Inputs) => Tensor
type Inputs = Readonly<Record<'x' | 'shortcut' | 'gamma' | 'beta' | 'weights', Tensor>>

const KINDS: readonly ActivationKind[] = [
  ...(['relu', 'relu6', 'leakyRelu', 'sigmoid', 'hardSigmoid'] as const),
  ...(['hardSwish', 'swish', 'gelu', 'geluTanh', 'tanh'] as const),
]
const norm = ({ gamma, beta }: Inputs, x: Tensor): Tensor => batchNormTrain(x, gamma, beta, 1e-3).output

describe('batch normalisation and an activation', () => {
  it.each(KINDS)('%s are one, forwards and backwards, with the same bits', (kind) => {
    const network: Network = (inputs) => activation(norm(inputs, inputs.x), kind)
    for (const [rows, channels] of [
      [1, 4],
      [67, 12],
      [700, 60],
      [130, 1024],
    ] as const) {
      const inputs = inputsOf([rows, channels])
      expect(kernelsOf(network, inputs)).toEqual(['normActivation', 'normActivationGradient'])
      expectSameBits(network, inputs)
    }
  })

  it('are two backwards where the channels do not come in fours', () => {
    const network: Network = (inputs) => activation(norm(inputs, inputs.x), 'relu')
    const inputs = inputsOf([67, 6])
    expect(kernelsOf(network, inputs)).toEqual(['normActivation', 'ClasActivationGradient', 'ClasBatchNormGradient'])
    expectSameBits(network, inputs)
    const swish: Network = (inputs) => activation(norm(inputs, inputs.x), 'swish')
    expect(kernelsOf(swish, inputs)[0]).toBe('ClasBatchNorm')
    expectSameBits(swish, inputs)
  })

  it('stay what they are where what is between them is needed', () => {
    const twice: Network = (inputs) => {
      const y = norm(inputs, inputs.x)
      return add(activation(y, 'swish'), y)
    }
    const inputs = inputsOf([130, 12])
    expect(kernelsOf(twice, inputs).filter((name) => name.includes('orm'))).toEqual([
      'ClasBatchNorm',
      'ClasBatchNormGradient',
    ])
    expectSameBits(twice, inputs)
  })
})

describe('the end of a residual block', () => {
  const block =
    (kind: ActivationKind): Network =>
    (inputs) =>
      activation(add(norm(inputs, inputs.x), inputs.shortcut), kind)

  it.each(['relu', 'relu6', 'leakyRelu'] as const)('is one with %s, whose gradient is known by its result', (kind) => {
    for (const [rows, channels] of [
      [65, 4],
      [700, 60],
    ] as const) {
      const inputs = inputsOf([rows, channels])
      expect(kernelsOf(block(kind), inputs)).toEqual(['normActivation', 'normActivationGradient'])
      expectSameBits(block(kind), inputs)
    }
  })

  it('is one only backwards with others', () => {
    const inputs = inputsOf([130, 12])
    expect(kernelsOf(block('swish'), inputs)).toEqual([
      ...['ClasBatchNorm', 'Add', 'ClasActivation', 'normActivationGradient'],
    ])
    expectSameBits(block('swish'), inputs)
  })

  it('takes the sum of gradients in, and both branches where both are normalised', () => {
    const blocks: Network = (inputs) => {
      const first = activation(add(norm(inputs, inputs.x), norm(inputs, inputs.shortcut)), 'relu')
      const second = activation(norm(inputs, mul(first, inputs.x)), 'hardSwish')
      return activation(add(norm(inputs, second), first), 'relu')
    }
    const inputs = inputsOf([130, 12])
    const names = kernelsOf(blocks, inputs)
    expect(names.filter((name) => name === 'normActivation')).toHaveLength(3)
    expect(names.filter((name) => name === 'normActivationGradient')).toHaveLength(3)
    expect(names.filter((name) => name.startsWith('Clas'))).toEqual(['ClasBatchNorm', 'ClasBatchNormGradient'])
    expectSameBits(blocks, inputs)
  })

  it('waits for a shortcut that is computed later, and for statistics that it is computed from', () => {
    const late: Network = (inputs) => {
      const { output, mean } = batchNormTrain(inputs.x, inputs.gamma, inputs.beta, 1e-3)
      const shortcut = mul(inputs.shortcut, inputs.weights)
      return add(activation(add(output, shortcut), 'relu'), mean)
    }
    const ring: Network = (inputs) => {
      const { output, mean } = batchNormTrain(inputs.x, inputs.gamma, inputs.beta, 1e-3)
      return activation(add(output, mul(inputs.shortcut, mean)), 'relu')
    }
    const inputs = inputsOf([130, 12])
    expect(kernelsOf(late, inputs)).toContain('normActivation')
    expectSameBits(late, inputs)
    expect(kernelsOf(ring, inputs)).not.toContain('normActivation')
    expectSameBits(ring, inputs)
  })
})

it('an affine map, a sum and an activation are one in inference', () => {
  const network = ({ x, shortcut, gamma, beta, weights }: Inputs): Tensor =>
    tidy(() => {
      const affine = (of: Tensor): Tensor => batchNorm(of, beta, weights, gamma, beta, 1)
      return activation(add(affine(activation(affine(x), 'hardSwish')), shortcut), 'gelu')
    })
  for (const shape of [
    [67, 6],
    [2, 9, 5, 64],
  ]) {
    const inputs = inputsOf(shape)
    const expected = bytesOf(network(inputs))
    const names = fusedNames(() => [network(inputs)], Object.values(inputs))
    expect(names.filter((name) => /ctivation|ffine/.test(name))).toEqual(['affineActivation', 'affineActivation'])
    using step = compileStep((given: Inputs) => ({ y: network(given) }))
    for (let i = 0; i < 3; i++) expect(bytesOf(step(inputs).y).equals(expected)).toBe(true)
    expect(step.report.mode).toBe('compiled')
  }
})

function inputsOf(shape: number[]): Inputs {
  const rng = createRng(7)
  const channels = [shape.at(-1) as number]
  return {
    x: randomTensor(rng, shape, { low: -4, high: 5 }),
    shortcut: randomTensor(rng, shape, { low: -4, high: 5 }),
    gamma: randomTensor(rng, channels, { low: 0.5, high: 4 }),
    beta: randomTensor(rng, channels),
    weights: randomTensor(rng, channels, { low: 0.5, high: 1 }),
  }
}

/** The result and all gradients. */
function train(network: Network, inputs: Inputs): Tensors {
  const step = valueAndGradients((moved) => {
    const output = network(moved as unknown as Inputs)
    return { loss: sum(mul(output, inputs.weights)) as Scalar, output }
  }, inputs)
  return { ...step.gradients, loss: step.loss, output: step.output }
}

/** The fused kernels, but for those that have nothing to do with normalisation and activations. */
function kernelsOf(network: Network, inputs: Inputs): string[] {
  const names = fusedNames(() => Object.values(train(network, inputs)), Object.values(inputs))
  return names.filter((name) => !['Multiply', 'Sum', 'Fill', 'OnesLike'].includes(name))
}

function fusedNames(run: () => readonly Tensor[], inputs: readonly Tensor[]): string[] {
  const recording = new WasmRecording(backend() as unknown as ProgramBackend)
  const outputs = run()
  const trace = recording.finish(inputs, outputs)
  const names = fuse(trace.program).calls.map(({ name }) => name)
  trace.dispose()
  dispose([...outputs])
  return names
}

function expectSameBits(network: Network, inputs: Inputs): void {
  const expected = train(network, inputs)
  using step = compileStep((given: Inputs) => train(network, given))
  for (let i = 0; i < 3; i++) {
    const found = step(inputs)
    expect(Object.keys(found)).toEqual(Object.keys(expected))
    for (const [name, value] of Object.entries(expected)) {
      expect({ [name]: bytesOf(found[name] as Tensor).equals(bytesOf(value)) }).toEqual({ [name]: true })
    }
  }
  expect(step.report.mode).toBe('compiled')
}

function bytesOf(tensor: Tensor): Buffer {
  return Buffer.from(tensor.dataSync().buffer)
}
