export type { CommandIo, TextStream } from './io.ts'
export { run } from './run.ts'
