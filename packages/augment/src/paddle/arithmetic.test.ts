import { expect, test } from 'vitest'
import { arithmetic } from './arithmetic.ts'

test('products and quotients are computed, and nothing else', () => {
  expect(arithmetic('1.0/255.0')).toBe(1 / 255)
  expect(arithmetic(' 1./ 255. ')).toBe(1 / 255)
  expect(arithmetic('2*3/4')).toBe(1.5)
  expect(arithmetic('-1e-3')).toBe(-0.001)
  expect(arithmetic('.5')).toBe(0.5)
  for (const text of [
    '',
    '1/',
    '/2',
    '1//2',
    '1+2',
    '1 2',
    '(1)/2',
    'a',
    '1/0',
    '0x10',
    '1e',
    '2**3',
    '1_000',
    'Infinity',
  ]) {
    expect(arithmetic(text), text).toBeUndefined()
  }
})
