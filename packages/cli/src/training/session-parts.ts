import type { Model } from '@clas/backbones'
import type { Checkpoint } from '@clas/engine'
import type { Run } from '@clas/engine/node'
import type { Pictures } from './pictures.ts'
import type { Settings } from './settings.ts'

/** All that a training goes from. */
export interface Session {
  readonly run: Run
  readonly settings: Settings
  readonly model: Model
  readonly pictures: Pictures
  /** Where to go on; left out at the beginning. */
  readonly checkpoint?: Checkpoint
}
