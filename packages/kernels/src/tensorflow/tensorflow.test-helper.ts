import { describe, it } from 'vitest'
import type { AutocastRuntime } from './autocast-runtime.ts'
import { findLibrary } from './find-library.ts'
import { openRuntime } from './open-runtime.ts'

const search = await findLibrary()

/** As `describe`, where TensorFlow's library is installed; else one line says what was skipped and why. */
export function describeTensorflow(name: string, suite: (open: () => Promise<AutocastRuntime>) => void): void {
  if (search.found) {
    describe(`${name} (tensorflow)`, () => {
      suite(openRuntime)
    })
    return
  }
  console.log(`skipped: ${name} on TensorFlow, its library is not installed (pip install tensorflow-cpu)`)
  describe.skip(`${name} (tensorflow)`, () => {
    it('needs the library', () => undefined)
  })
}
