import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Where downloads are kept: `CLAS_CACHE`, else `clas` in `XDG_CACHE_HOME`, else in the system's folder for caches:
 * `~/.cache` on Linux, `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows.
 *
 * @param environment - variables; default the process's
 * @param platform - as `process.platform` has it; default this machine's
 * @example
 * ```ts
 * import { cacheFolder } from '@clas/backbones/node'
 * console.log(cacheFolder({ CLAS_CACHE: '/data/clas' })) // /data/clas
 * ```
 */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  const { CLAS_CACHE: own, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment
  if (own) return own
  if (xdg && isAbsolute(xdg)) return join(xdg, 'clas') // a relative one is to be ignored, as its specification says
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'clas')
  if (platform === 'win32') return join(local ?? join(homedir(), 'AppData', 'Local'), 'clas', 'cache')
  return join(homedir(), '.cache', 'clas')
}

/**
 * Where a download is kept: its last name, made safe for every file system, after a hash of the whole address.
 *
 * @param url - where it is published, whatever mirror it comes from
 * @param folder - of the cache
 */
export function cachePath(url: string, folder: string): string {
  const name = new URL(url).pathname.split('/').at(-1) ?? ''
  const hash = createHash('sha256').update(url).digest('hex').slice(0, 12)
  return join(folder, 'weights', `${hash}-${name.replaceAll(/[^\w.-]/g, '_').slice(-80)}`)
}
