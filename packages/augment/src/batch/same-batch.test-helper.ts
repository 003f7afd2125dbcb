import { expect } from 'vitest'
import type { ImageBatch } from '../index.ts'
import { type Case, floatsOf } from './reference.test-helper.ts'

/** Expects pictures and labels to be those of a library, to a millionth. */
export function expectBatch(found: ImageBatch, { mixedImages, mixedLabels }: Case): void {
  expect(largestDifference(found.images, floatsOf(mixedImages)), 'pictures').toBeLessThan(1e-6)
  expect(largestDifference(found.labels, floatsOf(mixedLabels)), 'labels').toBeLessThan(1e-6)
}

function largestDifference(found: Float32Array, expected: Float32Array): number {
  expect(found.length).toBe(expected.length)
  return found.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (expected[i] as number))), 0)
}
