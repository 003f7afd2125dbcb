import { readFile } from 'node:fs/promises'
import { createRecipe, type Recipe, type RecipeSpec, readTransformOps, type TransformOps } from '@clas/augment'
import { ClasError, isClasError } from '@clas/core'
import { parseDocument } from 'yaml'

/** Which of a whole config's lists is meant. */
export type Mode = 'infer' | 'eval' | 'train'

export const MODES: readonly Mode[] = ['infer', 'eval', 'train']

/**
 * Reads what pictures go through from a YAML or JSON file: a whole config of PaddleClas, its list alone, or a list or
 * recipe of `{ name, options }`.
 *
 * @param modes - of a whole config: `Infer.transforms`, or the lists of `DataLoader.Eval` or `DataLoader.Train`; the first
 *   that it has
 * @throws `io` when the file can't be read, `bad-option` and `unknown-name` with the file and the place when it doesn't
 *   say what pictures go through
 */
export async function readRecipe(file: string, modes: readonly Mode[]): Promise<Recipe> {
  const content = parse(await readText(file), file)
  try {
    return recipeOf(content, modes)
  } catch (cause) {
    if (!isClasError(cause)) throw cause
    throw new ClasError(cause.code, `${file}: ${cause.message}`, { ...cause.fields, file }, { cause })
  }
}

type Fields = Readonly<Record<string, unknown>>

function recipeOf(content: unknown, modes: readonly Mode[]): Recipe {
  if (Array.isArray(content)) {
    const own = content.length > 0 && content.every((step) => 'name' in fieldsOf(step))
    return own ? createRecipe({ transforms: content }) : readTransformOps({ transform_ops: content })
  }
  const fields = fieldsOf(content)
  if ('transforms' in fields) return createRecipe(fields as unknown as RecipeSpec)
  if ('transform_ops' in fields || 'batch_transform_ops' in fields) return readTransformOps(fields as TransformOps)
  const mode = modes.find((one) => listOf(fields, one))
  const lists = mode && listOf(fields, mode)
  if (lists) return readTransformOps(lists, progressiveEpochs(fields))
  const places = modes.map((one) => PLACES[one]).join(' or ')
  const known = MODES.filter((one) => listOf(fields, one))
  const hint = known.length > 0 ? `; it has the lists of --mode ${known.join(' and ')}` : ''
  throw new ClasError(
    'bad-option',
    `expected a list of transforms, { transforms, batchTransforms }, or a config of PaddleClas with ${places}${hint}`,
    { modes, known },
  )
}

const PLACES: Readonly<Record<Mode, string>> = {
  infer: 'Infer.transforms',
  eval: 'DataLoader.Eval.dataset.transform_ops',
  train: 'DataLoader.Train.dataset.transform_ops',
}

/** The lists of a whole config for a mode; undefined where it has none. */
function listOf(config: Fields, mode: Mode): TransformOps | undefined {
  if (mode === 'infer') {
    const { transforms } = fieldsOf(config.Infer)
    return transforms === undefined ? undefined : ({ transform_ops: transforms } as TransformOps)
  }
  const loader = fieldsOf(config.DataLoader)
  const part = fieldsOf(mode === 'train' ? loader.Train : loader.Eval)
  // Retrieval is evaluated on a gallery and on queries, which are prepared alike.
  const { dataset = fieldsOf(part.Query).dataset } = part
  const { transform_ops, batch_transform_ops } = fieldsOf(dataset) as TransformOps
  if (transform_ops === undefined) return undefined
  return { transform_ops, ...(batch_transform_ops !== undefined && { batch_transform_ops }) }
}

/** With `train_mode: progressive`, sizes and magnitudes rise in stages of the epochs. */
function progressiveEpochs(config: Fields): { epochs?: number } {
  const { train_mode, epochs } = fieldsOf(config.Global)
  return train_mode === 'progressive' && typeof epochs === 'number' ? { epochs } : {}
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(cause)
    throw new ClasError('io', `the config ${file} can't be read: ${reason}`, { file }, { cause })
  }
}

/** JSON is YAML too. */
function parse(text: string, file: string): unknown {
  const document = parseDocument(text)
  const [error] = document.errors
  if (!error) return document.toJS({ maxAliasCount: 100 })
  throw new ClasError('bad-option', `${file} is neither YAML nor JSON: ${error.message.split('\n')[0]}`, { file })
}
