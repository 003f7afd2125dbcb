import { createBatchTransform, deserialize, type Pipeline, type TransformSpec } from '@clas/augment'

const pipelines = new Map<string, Pipeline>()

/** The pipeline of a description, the same one for the same description; undefined for an empty one. */
export function pipelineOf(specs: readonly TransformSpec[]): Pipeline | undefined {
  if (specs.length === 0) return undefined
  const text = JSON.stringify(specs)
  const pipeline = pipelines.get(text) ?? deserialize(specs)
  pipelines.set(text, pipeline)
  return pipeline
}

/** Whether a thread knows transforms by their descriptions. */
export function canRebuild(transforms: readonly TransformSpec[], batchTransform: TransformSpec | undefined): boolean {
  try {
    pipelineOf(transforms)
    if (batchTransform) createBatchTransform(batchTransform)
    return true
  } catch {
    return false
  }
}
