import { expect, test } from 'vitest'
import { createRegistry, nearest, unknownName } from './registry.ts'

interface Names {
  ResNet18: () => number
  ResNet34: () => number
}

const filled = () => {
  const registry = createRegistry<Names, () => number, { depth: number }>('model')
  registry.register('ResNet18', () => 18, { depth: 18 })
  registry.register('ResNet34', () => 34, { depth: 34 })
  return registry
}

test('gives back what was registered, in order', () => {
  expect(filled().get('ResNet34').create()).toBe(34)
  expect(
    filled()
      .list()
      .map(({ name, facts }) => [name, facts.depth]),
  ).toEqual([
    ['ResNet18', 18],
    ['ResNet34', 34],
  ])
})

test('a clash is an error', () => {
  expect(() => filled().register('ResNet18', () => 0, { depth: 0 })).toThrow(
    expect.objectContaining({ code: 'duplicate-name' }),
  )
})

test('an unknown name offers those that are near', () => {
  expect(() => filled().get('Resnet_18')).toThrow(
    expect.objectContaining({
      code: 'unknown-name',
      fields: { kind: 'model', name: 'Resnet_18', near: ['ResNet18'] },
    }),
  )
  expect(nearest('MobileNet', ['ResNet18'])).toEqual([])
  expect(() => filled().get('MobileNet')).toThrow('known: ResNet18, ResNet34')
  const many = Array.from({ length: 23 }, (_, i) => `Net${i}`)
  expect(unknownName('model', 'Transformer', many).message).toMatch(/Net18, Net19 and 3 more$/)
})
