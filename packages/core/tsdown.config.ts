import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

export default defineConfig(
  base(['src/index.ts', 'src/gradients.ts'], {
    deps: {
      neverBundle: [/^@tensorflow\/tfjs-core$/, /^node:/],
      alwaysBundle: [/tfjs-core\/dist\/register_all_gradients/],
    },
  }),
)
