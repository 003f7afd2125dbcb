/**
 * Registers the gradients of TensorFlow.js's own operations. Importing `@clas/core` does it too; import
 * `@clas/core/gradients` alone where only `grad` and `variableGrads` of TensorFlow.js are used.
 *
 * @example
 * ```ts
 * import '@clas/core/gradients'
 * import { useBackend } from '@clas/kernels'
 * import { grad, scalar, square } from '@tensorflow/tfjs-core'
 * await useBackend('cpu')
 * console.log(grad(square)(scalar(3)).dataSync()[0]) // 6
 * ```
 *
 * @packageDocumentation
 */
// tfjs-core keeps its gradients behind a path that Node can't load: the build inlines it here.
// The engine and its registries are global, so that the inlined copy registers into the one that the program uses.
import '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
