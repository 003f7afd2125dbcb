import { expect, test } from 'vitest'
import { ClasError, isClasError } from './errors.ts'

test('an error carries its code, its fields and its cause', () => {
  const cause = new Error('below')
  const error = new ClasError('io', 'can not read', { file: 'a' }, { cause })
  expect(error).toMatchObject({ code: 'io', message: 'can not read', fields: { file: 'a' }, cause })
  expect(isClasError(error)).toBe(true)
})

test('other errors are not ours', () => {
  expect(isClasError(new Error('x'))).toBe(false)
  expect(isClasError({ name: 'ClasError', code: 'io' })).toBe(false)
})
