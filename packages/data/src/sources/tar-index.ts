import { ClasError } from '@clas/core'
import { type ByteReader, windowed } from '../files/byte-reader.ts'
import type { LabelValue } from './labels.ts'
import { isPictureName } from './picture-names.ts'
import { tarMembers } from './tar-members.ts'

/** One sample of a shard. */
export interface ShardSample {
  /** The members' common name, without endings. */
  readonly key: string
  /** The picture's ending. */
  readonly kind: string
  /** Where the picture is in the shard, and how long it is, in bytes. */
  readonly offset: number
  readonly length: number
  readonly label: LabelValue
}

/** Which member of a sample has the label. */
export interface ShardLabelOptions {
  /** The ending of the member that has the label. Default: the first of `cls`, `json` and `txt` that there is. */
  readonly label?: string
  /** The name of the label in a JSON object. Default: `label`. */
  readonly field?: string
}

const LABELS = ['cls', 'json', 'txt']
// A label takes a few bytes; a file that claims more is made to fill the memory.
const MOST_LABEL_BYTES = 1 << 20

/**
 * Finds the samples of a shard in WebDataset's form: members that have one name up to the first dot belong together.
 * Reads headers and labels, no pictures.
 *
 * @param window - how many bytes are read at once
 * @throws `corrupt-file` with file, member and offset for a damaged tar file, a sample without a picture or label, or a
 *   label that can't be read
 */
export async function indexShard(
  shard: ByteReader,
  window: number,
  options: ShardLabelOptions,
): Promise<ShardSample[]> {
  const reader = windowed(shard, window)
  const samples = new Map<string, Partial<ShardSample> & { readonly key: string; labelKind?: string }>()
  for await (const { name, offset, length } of tarMembers(reader)) {
    const slash = name.lastIndexOf('/') + 1
    const dot = name.indexOf('.', slash)
    // What begins with `__` has facts about the set; hidden files are what macOS adds.
    if (dot <= slash || name.startsWith('__', slash)) continue
    const key = name.slice(0, dot)
    const ending = name.slice(dot + 1).toLowerCase()
    const sample = samples.get(key) ?? { key }
    const fail = (problem: string): never => {
      throw new ClasError('corrupt-file', `${shard.name}: ${name} at byte ${offset}: ${problem}`, {
        file: shard.name,
        member: name,
        offset,
        problem,
      })
    }
    if (isPictureName(`.${ending}`)) {
      if (sample.kind !== undefined) fail(`the sample has a picture already, ${key}.${sample.kind}`)
      samples.set(key, { ...sample, kind: ending, offset, length })
    } else if (isBetterLabel(ending, sample.labelKind, options.label)) {
      if (length > MOST_LABEL_BYTES) fail(`expected a label, found ${length} bytes`)
      const text = new TextDecoder().decode(await reader.read(offset, length)).trim()
      const label = ending === 'json' ? fromJson(text, options.field ?? 'label', fail) : text
      samples.set(key, { ...sample, label, labelKind: ending })
    }
  }
  return [...samples.values()].flatMap(({ key, kind, offset, length, label }) => {
    if (kind === undefined || offset === undefined || length === undefined) return [] // facts, but no picture
    if (label !== undefined) return { key, kind, offset, length, label }
    const wanted = options.label ?? LABELS.join(', .')
    throw new ClasError('corrupt-file', `${shard.name}: ${key}.${kind} has no label: expected ${key}.${wanted}`, {
      file: shard.name,
      member: `${key}.${kind}`,
      offset,
    })
  })
}

function isBetterLabel(ending: string, before: string | undefined, wanted: string | undefined): boolean {
  if (wanted !== undefined) return ending === wanted
  const rank = LABELS.indexOf(ending)
  return rank >= 0 && (before === undefined || rank < LABELS.indexOf(before))
}

function fromJson(text: string, field: string, fail: (problem: string) => never): LabelValue {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail('it is no JSON')
  }
  const label = typeof value === 'object' && value !== null && field in value ? Reflect.get(value, field) : value
  const isRow = Array.isArray(label) && label.every((share) => typeof share === 'number')
  if (typeof label === 'number' || typeof label === 'string' || isRow) return label
  return fail(`expected an object with the label as '${field}', found ${text.slice(0, 80)}`)
}
