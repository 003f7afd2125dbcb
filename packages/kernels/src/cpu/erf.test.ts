import { expectClose } from '@clas/testkit'
import { test } from 'vitest'
import { erfc } from './erf.ts'

test('erfc agrees with tables', () => {
  const x = [-1, 0, 0.5, 1, 2, 2.5, 3, 5, 10]
  const expected = [
    1.8427007929497148, 1, 0.4795001221869535, 0.15729920705028513, 0.004677734981047266, 4.069520174449589e-4,
    2.209049699858544e-5, 1.5374597944280347e-12, 2.088487583762545e-45,
  ]
  expectClose(x.map(erfc), expected, { relative: 1e-11, absolute: 0 })
})
