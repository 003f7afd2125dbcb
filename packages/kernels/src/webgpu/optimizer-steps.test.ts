import { afterAll, describe } from 'vitest'
import { testOptimizerSteps } from '../ops/optimizer-steps.test-helper.ts'
import { useBackend } from '../use-backend.ts'
import { findAdapter } from './adapter.test-helper.ts'

const adapter = findAdapter("webgpu's steps of optimizers")
afterAll(async () => {
  await useBackend('cpu')
})

describe.skipIf(!adapter)(`webgpu (${adapter})`, () => testOptimizerSteps(() => useBackend('webgpu')))
