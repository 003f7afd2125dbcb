import type { UserConfig } from 'tsdown'

/** What every package's build shares: ESM and types only, nothing inlined by accident. */
export function base(entry: string[], extra: UserConfig = {}): UserConfig {
  return {
    entry,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    fixedExtension: false,
    dts: true,
    clean: true,
    logLevel: 'error',
    deps: { neverBundle: [/^@tensorflow\//, /^@clas\//, /^node:/], onlyBundle: [] },
    ...extra,
  }
}
