import type { Module } from './module.ts'

/**
 * A copy of a description whose intermediate results are not kept for the backward pass, but computed again when it gets
 * there: only the input is kept. Outputs, gradients and random numbers are the same, paths too, running statistics move
 * once, and training takes about a third longer. Put it around the blocks of a model, not around the whole. A module
 * runs as ever where nothing is differentiated, and where a tap or the stop of a pass is inside of it.
 *
 * Chen et al., Training deep nets with sublinear memory cost (2016).
 *
 * @param module - most often a block; may have checkpoints inside
 * @example
 * ```ts
 * import { conv2d, gradientCheckpoint, relu, replace, sequential } from '@clas/nn'
 * const net = sequential([conv2d(3, 8, 3), sequential([conv2d(8, 8, 3), relu, conv2d(8, 8, 3), relu])])
 * console.log(replace(net, '1', gradientCheckpoint).parts['1'])
 * ```
 */
export function gradientCheckpoint(module: Module): Module {
  return { ...module, recompute: true }
}
