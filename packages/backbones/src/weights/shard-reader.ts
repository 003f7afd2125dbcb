import { concatenate } from './concatenate.ts'
import { Place, type WeightFile } from './weight-file.ts'

/** The files beside a `model.json`, by their paths in its manifest; or what gives the bytes of one. */
export type Shards = Readonly<Record<string, Uint8Array>> | ((path: string) => Uint8Array | Promise<Uint8Array>)

/** Reads shards as if they were one file, each when it is needed. */
export class ShardReader {
  readonly #file: WeightFile
  readonly #paths: readonly string[]
  readonly #shards: Shards
  #next = 0
  /** What has been read and not taken. */
  #rest: Uint8Array = new Uint8Array(0)

  constructor(file: WeightFile, paths: readonly string[], shards: Shards) {
    for (const path of paths) checkPath(file, path)
    this.#file = file
    this.#paths = paths
    this.#shards = shards
  }

  /** The next bytes: of a shard a view, of several a copy, which is made when all are there. */
  async take(size: number, place: Place): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    let missing = size
    while (missing > this.#rest.length) {
      parts.push(this.#rest)
      missing -= this.#rest.length
      this.#rest = await this.#read(place, missing)
    }
    parts.push(this.#rest.subarray(0, missing))
    this.#rest = this.#rest.subarray(missing)
    const filled = parts.filter((part) => part.length > 0)
    return filled.length === 1 ? (filled[0] as Uint8Array) : concatenate(filled)
  }

  /** Throws unless all has been taken. */
  async expectEnd(): Promise<void> {
    const place = new Place(this.#file, 0, 'in weightsManifest, ')
    while (this.#rest.length === 0 && this.#next < this.#paths.length) this.#rest = await this.#read(place, 0)
    if (this.#rest.length > 0) place.fail(`shard '${this.#paths[this.#next - 1]}' has more bytes than its weights need`)
  }

  async #read(place: Place, missing: number): Promise<Uint8Array> {
    const path = this.#paths[this.#next++]
    if (path === undefined) return place.fail(`the shards end ${missing} bytes too early`)
    const own = typeof this.#shards !== 'function' && Object.hasOwn(this.#shards, path) ? this.#shards[path] : undefined
    const bytes = typeof this.#shards === 'function' ? await this.#shards(path) : own
    return bytes ?? place.fail(`shard '${path}' is not among those that were given`)
  }
}

/** Shards lie in the folder of the model or below it. */
function checkPath(file: WeightFile, path: string): void {
  const steps = path.split('/')
  if (!/[\\:]/.test(path) && steps.every((step) => step !== '' && step !== '.' && step !== '..')) return
  file.unsafe(0, `its manifest names the shard '${path}', which isn't a path below the model's folder`)
}
