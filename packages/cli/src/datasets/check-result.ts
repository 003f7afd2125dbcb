import type { DatasetReport, ListReport } from '@clas/data/node'

/** What a check found, in pictures and in lists. */
export interface CheckResult extends DatasetReport {
  readonly lists: readonly ListReport[]
}
