// tfjs-core keeps its gradients behind a path that Node can't load: the build inlines it here.
// The engine and its registries are global, so that the inlined copy registers into the one that the program uses.
import '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
