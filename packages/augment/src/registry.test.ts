import { cropImage, type Transform, type Transforms, transforms } from '@clas/augment'
import { isClasError } from '@clas/core'
import { expect, expectTypeOf, test } from 'vitest'

type TestInvert = (options: { readonly top: number }) => Transform<null>

declare module '@clas/augment' {
  interface Transforms {
    TestInvert: TestInvert
  }
}

test('an app adds a name and the type of its factory by declaration merging', () => {
  expectTypeOf<'TestInvert'>().toExtend<keyof Transforms>()
  expectTypeOf<'CropImage'>().toExtend<keyof Transforms>()
  expectTypeOf<'TestInvent'>().not.toExtend<keyof Transforms>()
})

test('what is registered has facts and can be listed', () => {
  expect(transforms.list().every(({ facts }) => facts.summary.length > 0)).toBe(true)
  expect(transforms.has('RandCropImage')).toBe(true)
})

test('a taken name is refused', () => {
  try {
    transforms.register('CropImage', cropImage, { summary: 'again' })
    expect.unreachable()
  } catch (error) {
    expect(isClasError(error) && error.code).toBe('duplicate-name')
  }
})
