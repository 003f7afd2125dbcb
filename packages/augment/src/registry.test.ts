import { cropImage, type Transform, transforms } from '@clas/augment'
import { isClasError, type Registry } from '@clas/core'
import { expect, expectTypeOf, test } from 'vitest'

type TestInvert = (options: { readonly top: number }) => Transform<null>

declare module '@clas/augment' {
  interface Transforms {
    TestInvert: TestInvert
  }
}

test('an app adds a name and the type of its factory by declaration merging', () => {
  expectTypeOf<'TestInvert'>().toExtend<NamesOf<typeof transforms>>()
  expectTypeOf<'CropImage'>().toExtend<NamesOf<typeof transforms>>()
  expectTypeOf<'TestInvent'>().not.toExtend<NamesOf<typeof transforms>>()
})

test('a taken name is refused', () => {
  try {
    transforms.register('CropImage', cropImage, { summary: 'again' })
    expect.unreachable()
  } catch (error) {
    expect(isClasError(error) && error.code).toBe('duplicate-name')
  }
})

type NamesOf<R> =
  R extends Registry<infer Names, never, never>
    ? keyof Names
    : R extends { register(name: infer N, ...rest: never): void }
      ? N
      : never
