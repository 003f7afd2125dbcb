import { expect, it } from 'vitest'
import { findDevice, shortName } from './context.ts'

const DEVICES = ['CPU:0', 'GPU:0', 'GPU:1'].map((name) => {
  return { name: `/job:localhost/replica:0/task:0/device:${name}`, type: name.slice(0, 3) }
})

it.each([
  ['CPU', 'CPU:0'],
  ['GPU', 'GPU:0'],
  ['gpu:1', 'GPU:1'],
  ['/job:localhost/replica:0/task:0/device:GPU:1', 'GPU:1'],
  ['GPU:2', undefined],
  ['TPU', undefined],
])('finds the device %s', (wanted, expected) => {
  const found = findDevice(DEVICES, wanted)
  expect(found && shortName(found.name)).toBe(expected)
})
