import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeaks } from '@clas/testkit'
import {
  add,
  customGrad,
  dispose,
  grad,
  grads,
  greater,
  matMul,
  memory,
  mul,
  type Scalar,
  scalar,
  setBackend,
  sigmoid,
  square,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
  where,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { measurePeak } from './measure-peak.ts'
import type { Tensors } from './tensors.ts'
import { valueAndGradients } from './value-and-gradients.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const params = (): { a: Tensor; b: Tensor } => ({
  a: tensor2d([0.3, -1.2, 0.7, 0.1, 2, -0.4], [2, 3]),
  b: tensor2d([1, 2, -3, 0.5, 0.25, -1], [3, 2]),
})

/** Shares tensors between calls, so that gradients are added up. */
const network = ({ a, b }: Tensors): Scalar => {
  const c = matMul(a as Tensor, b as Tensor)
  const d = sigmoid(c)
  const e = mul(d, c)
  return sum(add(square(e), mul(e, d))) as Scalar
}

describe('valueAndGradients', () => {
  it('gives the bits of tfjs', async () => {
    const { a, b } = params()
    await expectNoLeaks(() => {
      const { loss, gradients } = valueAndGradients((moved) => ({ loss: network(moved) }), { a, b })
      const expected = grads((a, b) => network({ a: a as Tensor, b: b as Tensor }))([a, b])
      expect(gradients.a?.dataSync()).toEqual(expected[0]?.dataSync())
      expect(gradients.b?.dataSync()).toEqual(expected[1]?.dataSync())
      dispose([loss, { ...gradients }, expected])
    })
    dispose([a, b])
  })

  it('leaves out parameters that the loss does not depend on, and gives each tensor its own gradient', async () => {
    const { a, b } = params()
    await expectNoLeaks(() => {
      const { loss, gradients } = valueAndGradients(({ a }) => ({ loss: sum(a as Tensor) as Scalar }), {
        a,
        b,
        again: a,
      })
      expect(Object.keys(gradients)).toEqual(['a', 'again'])
      gradients.a?.dispose()
      expect(gradients.again?.dataSync()).toEqual(Float32Array.of(1, 1, 1, 1, 1, 1))
      dispose([loss, gradients.again as Tensor])
    })
    dispose([a, b])
  })

  it('frees nothing that a gradient function returns of what it does not own', async () => {
    const foreign = scalar(5)
    const w = scalar(2)
    const odd = customGrad((x, y, save) => {
      ;(save as unknown as (tensors: Tensor[]) => void)([x as Tensor])
      return {
        value: add(x as Tensor, y as Tensor),
        // The gradient of x is what was saved, that of y what was given.
        gradFunc: (dy, saved) => [saved[0] as Tensor, dy as Tensor],
      }
    })
    const constant = customGrad((x) => ({ value: square(x as Tensor), gradFunc: () => foreign }))
    const both = customGrad((x, y) => ({
      value: add(x as Tensor, y as Tensor),
      gradFunc: (dy) => {
        const same = mul(dy as Tensor, 3)
        return [same, same]
      },
    }))
    await expectNoLeaks(() => {
      const run = (f: (w: Tensor) => Tensor): number => {
        const { loss, gradients } = valueAndGradients(({ w }) => ({ loss: f(w as Tensor) as Scalar }), { w })
        const value = gradients.w?.dataSync()[0]
        dispose([loss, gradients.w as Tensor])
        return value as number
      }
      expect(run((w) => odd(w, w))).toBe(2 + 1)
      expect(run((w) => constant(w))).toBe(5)
      expect(run((w) => both(w, w))).toBe(6)
      expect(run((w) => add(both(w, square(w)), w))).toBe(3 + 3 * 4 + 1)
    })
    expect(foreign.isDisposed).toBe(false)
    dispose([foreign, w])
  })

  it('frees everything when the function or the backward pass throws', async () => {
    const { a, b } = params()
    await expectNoLeaks(() => {
      const fail = (): Scalar => {
        throw new Error('the forward pass failed')
      }
      expect(() => valueAndGradients((p) => ({ loss: add(network(p), fail()) as Scalar }), { a, b })).toThrow('failed')
      const noScalar = ({ a }: Tensors) => ({ loss: square(a as Tensor) as Scalar, more: mul(a as Tensor, 2) })
      expect(() => valueAndGradients(noScalar, { a, b })).toThrow('must be a scalar')
      const broken = customGrad((x) => ({
        value: square(x as Tensor),
        gradFunc: () => {
          throw new Error('the backward pass failed')
        },
      }))
      // The results of a pass that went well are kept, and freed here.
      const made: Tensor[] = []
      const spoiled = (moved: Tensors): { loss: Scalar } => {
        const loss = network({ a: broken(moved.a as Tensor), b: moved.b as Tensor })
        made.push(loss)
        return { loss }
      }
      expect(() => valueAndGradients(spoiled, { a, b })).toThrow('the backward pass failed')
      expect(made.every(({ isDisposed }) => isDisposed)).toBe(true)
    })
    dispose([a, b])
  })

  it('names the operation that has no gradient', () => {
    const { a } = params()
    const masked = ({ a }: Tensors) => ({ loss: sum(where(greater(a as Tensor, 0), a as Tensor, 0)) as Scalar })
    expect(() => valueAndGradients(masked, { a })).toThrow('Greater')
  })

  it('runs inside a differentiation of tfjs, and differentiates one', async () => {
    const w = scalar(3)
    await expectNoLeaks(() => {
      // The derivative of (d w³/dw)² is 2 · 3w² · 6w.
      const outer = grad((w) => {
        const cube = ({ w }: Tensors) => ({ loss: mul(square(w as Tensor), w as Tensor) as Scalar })
        const { loss, gradients } = valueAndGradients(cube, { w })
        loss.dispose()
        return square(gradients.w as Tensor)
      })
      const second = outer(w)
      expect(second.dataSync()[0]).toBe(2 * 27 * 18)
      // That of d(w x²)/dx at x = 2 with respect to w is 4.
      const x = scalar(2)
      const { loss, gradients } = valueAndGradients(
        ({ w }) => ({ loss: grad((x) => mul(w as Tensor, square(x)))(x) as Scalar }),
        { w },
      )
      expect([loss.dataSync()[0], gradients.w?.dataSync()[0]]).toEqual([12, 4])
      dispose([second, x, loss, gradients.w as Tensor])
    })
    w.dispose()
  })
})

describe('memory of a differentiation', () => {
  const chain = (x: Tensor, length: number): Scalar => {
    let y = x
    for (let i = 0; i < length; i++) y = sigmoid(y)
    return sum(y) as Scalar
  }
  const extra = (f: () => Tensor | Tensor[]): number => {
    const before = memory().numBytes
    const { result, peakBytes } = measurePeak(f)
    dispose(result)
    return (peakBytes - before) / 400
  }

  it('holds one activation per call, and two gradients', () => {
    const x = tensor1d(new Float32Array(100).fill(0.5))
    const run = (length: number) =>
      extra(() => {
        const { loss, gradients } = valueAndGradients(({ x }) => ({ loss: chain(x as Tensor, length) }), { x })
        return [loss, gradients.x as Tensor]
      })
    const ofTfjs = (length: number) => extra(() => grad((x) => chain(x, length))(x))
    expect(run(40) - run(20)).toBeCloseTo(20, 1)
    expect(ofTfjs(40) - ofTfjs(20)).toBeGreaterThan(35)
    x.dispose()
  })

  it('keeps nothing of what no parameter is part of', () => {
    const x = tensor1d(new Float32Array(100).fill(0.5))
    const w = scalar(2)
    const run = (length: number) =>
      extra(() => {
        const { loss, gradients } = valueAndGradients(
          ({ w }) => {
            let y = x
            for (let i = 0; i < length; i++) {
              const next = sigmoid(y)
              if (y !== x) y.dispose()
              y = next
            }
            return { loss: sum(mul(y, w as Tensor)) as Scalar }
          },
          { w },
        )
        return [loss, gradients.w as Tensor]
      })
    expect(run(40)).toBe(run(20))
    dispose([x, w])
  })
})
