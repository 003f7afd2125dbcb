import { BACKENDS_UNDER_TEST, useReplayBackend } from '@clas/testkit'
import { dispose, scalar, zeros } from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { useBackend } from '../use-backend.ts'
import { testOptimizerSteps } from './optimizer-steps.test-helper.ts'
import { momentumStep } from './optimizer-steps.ts'

afterAll(async () => {
  await useBackend('cpu')
})

describe.each(BACKENDS_UNDER_TEST)('on %s', (backend) => testOptimizerSteps(() => useBackend(backend)))

describe('on a backend that compiles', () => testOptimizerSteps(useReplayBackend))

it('tensors of other shapes are refused by name', async () => {
  await useBackend('cpu')
  const [param, gradient, lr] = [zeros([2]), zeros([3]), scalar(1)]
  const options = { momentum: 0, weightDecay: 0, dampening: 0, nesterov: false }
  expect(() => momentumStep({ param, gradient, velocity: param, lr }, options)).toThrow('gradient')
  expect(() => momentumStep({ param, gradient: param, velocity: param, lr: param }, options)).toThrow('lr')
  dispose([param, gradient, lr])
})
