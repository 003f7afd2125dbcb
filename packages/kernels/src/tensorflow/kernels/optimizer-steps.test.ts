import { afterAll } from 'vitest'
import { testOptimizerSteps } from '../../ops/optimizer-steps.test-helper.ts'
import { useBackend } from '../../use-backend.ts'
import { describeTensorflow } from '../tensorflow.test-helper.ts'

describeTensorflow('steps of optimizers', () => {
  afterAll(async () => {
    await useBackend('cpu')
  })
  testOptimizerSteps(() => useBackend('tensorflow'))
})
