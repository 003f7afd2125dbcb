import { type ArrayRecord, allocateElements, decodeElements, type ElementType, elementSize } from '@clas/core'
import { elementCount, isSizes } from './decode-array.ts'
import type { NamedArrays } from './named-arrays.ts'
import { ShardReader, type Shards } from './shard-reader.ts'
import { Place, type WeightFile } from './weight-file.ts'

const TYPES: Readonly<Record<string, ElementType>> = {
  float32: 'float32',
  float16: 'float16',
  int32: 'int32',
  uint16: 'uint16',
  uint8: 'uint8',
  bool: 'bool',
}

/** What the manifest says of a weight. */
interface WeightSpec {
  readonly name: string
  readonly shape: readonly number[]
  /** Of the elements in the shards. */
  readonly type: ElementType
  /** Of whole numbers that stand for `value * scale + min`. */
  readonly scaled?: { readonly scale: number; readonly min: number; readonly round: boolean }
}

/**
 * Reads the weights of a layers model or a graph model of TensorFlow.js. The manifest's groups of shards hold one weight
 * after the other; weights of 8 and 16 bits become the float32 that they stand for.
 *
 * @param model - the `model.json`
 * @param shards - the files that its manifest names
 */
export async function decodeTfjsModel(
  file: WeightFile,
  model: Readonly<Record<string, unknown>>,
  shards: Shards,
): Promise<NamedArrays> {
  const arrays: [string, ArrayRecord][] = []
  const paths = new Set<string>()
  const place: Place = new Place(file, 0, 'in weightsManifest, ')
  if (!Array.isArray(model.weightsManifest)) return place.fail('expected a list of groups')
  for (const group of model.weightsManifest) {
    const { paths: own, weights } = fieldsOf(group)
    if (!isTexts(own) || !Array.isArray(weights)) return place.fail('expected the paths and weights of a group')
    for (const path of own) {
      if (paths.has(path)) place.fail(`the shard '${path}' is named twice`)
      paths.add(path)
    }
    const reader = new ShardReader(file, own, shards)
    for (const weight of weights) {
      const spec = readSpec(weight, place)
      arrays.push([spec.name, await decodeWeight(file, spec, reader)])
    }
    await reader.expectEnd()
  }
  const facts = ['format', 'generatedBy', 'convertedBy'].filter((key) => typeof model[key] === 'string')
  return {
    arrays: Object.fromEntries(arrays),
    metadata: Object.fromEntries(facts.map((key) => [key, String(model[key])])),
  }
}

async function decodeWeight(file: WeightFile, spec: WeightSpec, reader: ShardReader): Promise<ArrayRecord> {
  const { name, shape, type, scaled } = spec
  const place = new Place(file, 0, `in '${name}', `)
  const count = elementCount(shape)
  const bytes = await reader.take(count * elementSize(type), place)
  const data = allocateElements(type, count)
  decodeElements(type, bytes, data, (problem) => place.fail(problem))
  if (!scaled) return { shape, data }
  const { scale, min, round } = scaled
  if (round) return { shape, data: Int32Array.from(data, (value) => Math.round(value * scale + min)) }
  return { shape, data: Float32Array.from(data, (value) => value * scale + min) }
}

function readSpec(weight: unknown, place: Place): WeightSpec {
  const { name, shape, dtype, quantization } = fieldsOf(weight)
  if (typeof name !== 'string' || !isSizes(shape)) return place.fail('expected the name and shape of a weight')
  if (quantization === undefined) return { name, shape, type: typeOf(dtype, name, place) }
  const { dtype: stored, scale, min } = fieldsOf(quantization)
  const type = typeOf(stored, name, place)
  if (type === 'float16') return { name, shape, type }
  if (typeof scale !== 'number' || typeof min !== 'number' || (dtype !== 'float32' && dtype !== 'int32')) {
    return place.fail(`expected the scale and min of '${name}', which stand for float32 or int32`)
  }
  return { name, shape, type, scaled: { scale, min, round: dtype === 'int32' } }
}

function typeOf(dtype: unknown, name: string, place: Place): ElementType {
  const type = Object.hasOwn(TYPES, String(dtype)) ? TYPES[String(dtype)] : undefined
  return type ?? place.fail(`'${name}' has the type ${String(dtype)}; ${Object.keys(TYPES).join(', ')} are read`)
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
