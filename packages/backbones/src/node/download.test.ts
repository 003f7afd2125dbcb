import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cacheFolder, cachePath } from './cache-folder.ts'
import { type DownloadOptions, download } from './download.ts'
import { type FileServer, type Serving, serve } from './file-server.test-helper.ts'

const content = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) ^ (i >> 8))
const sha256 = createHash('sha256').update(content).digest('hex')

let folder = ''
let servers: FileServer[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clas-cache-'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(servers.map((server) => server.close()))
  servers = []
  await rm(folder, { recursive: true })
})

async function start(serving: Partial<Serving> = {}): Promise<FileServer> {
  const server = await serve({ content, ...serving })
  servers.push(server)
  return server
}

const quick = (options: DownloadOptions = {}): DownloadOptions => ({
  cacheFolder: folder,
  mirrors: [],
  offline: false,
  retryDelay: 1,
  ...options,
})

const inCache = async (): Promise<string[]> => (await readdir(join(folder, 'weights'))).sort()

describe('a download', () => {
  test('is kept with its hash, and taken from there the next time', async () => {
    const { base, requests } = await start()
    const seen: number[] = []
    const path = await download(
      `${base}/a/net.pdparams`,
      quick({ onProgress: ({ receivedBytes, totalBytes }) => seen.push(receivedBytes / (totalBytes ?? 0)) }),
    )
    expect(new Uint8Array(await readFile(path))).toEqual(content)
    expect(await readFile(`${path}.sha256`, 'utf8')).toBe(`${sha256}  ${basename(path)}\n`)
    expect(seen.at(-1)).toBe(1)
    expect(await download(`${base}/a/net.pdparams`, quick())).toBe(path)
    expect(requests).toEqual([{ path: '/a/net.pdparams', range: undefined }])
    expect(await inCache()).toEqual([basename(path), `${basename(path)}.sha256`])
  })

  test('follows redirections, but not for ever', async () => {
    const { base, requests } = await start({
      answer: ({ url }, response) => {
        if (url === '/net') return false
        response.writeHead(302, { location: url === '/old' ? '/net' : '/loop' }).end()
        return true
      },
    })
    expect(new Uint8Array(await readFile(await download(`${base}/old`, quick())))).toEqual(content)
    requests.length = 0
    await expect(download(`${base}/loop`, quick())).rejects.toThrow('more than 5 redirections')
    expect(requests).toHaveLength(6)
  })

  test('does not go to another protocol that is less safe', async () => {
    const { base } = await start({
      answer: (_, response) => {
        response.writeHead(301, { location: 'ftp://example.org/net' }).end()
        return true
      },
    })
    await expect(download(`${base}/net`, quick())).rejects.toThrow('leads to ftp:')
    await expect(download('http://example.org/net', quick())).rejects.toThrow('weights are fetched by https')
  })

  test('of one file by several at once gives one whole file', async () => {
    const { base } = await start()
    const paths = await Promise.all(Array.from({ length: 4 }, () => download(`${base}/net`, quick())))
    expect(new Set(paths).size).toBe(1)
    expect(new Uint8Array(await readFile(paths[0] ?? ''))).toEqual(content)
    expect(await inCache()).toHaveLength(2)
  })

  test('of more than maxBytes is refused, whether the size is told or not', async () => {
    const told = await start()
    await expect(download(`${told.base}/net`, quick({ maxBytes: 1000 }))).rejects.toMatchObject({
      code: 'io',
      fields: { maxBytes: 1000 },
    })
    const untold = await start({
      answer: (_, response) => {
        response.write(content)
        response.end()
        return true
      },
    })
    await expect(download(`${untold.base}/net`, quick({ maxBytes: 1000 }))).rejects.toThrow('more than maxBytes')
    expect(await inCache()).toEqual([])
  })
})

describe('a connection that is cut', () => {
  test('goes on where it ended', async () => {
    const { base, requests } = await start({ cutAfter: (attempt) => (attempt < 2 ? 50_000 : undefined) })
    const path = await download(`${base}/net`, quick({ retries: 1 }))
    expect(new Uint8Array(await readFile(path))).toEqual(content)
    expect(requests.map(({ range }) => range)).toEqual([undefined, 'bytes=50000-', 'bytes=100000-'])
  })

  test('begins anew where the content is another now', async () => {
    const etags = ['"one"', '"two"']
    const server = await start({
      answer: (request, response, attempt) => {
        response.writeHead(200, { etag: etags[attempt], 'content-length': content.length })
        if (attempt === 0) response.write(new Uint8Array(1000), () => setTimeout(() => response.destroy(), 50))
        else response.end(content)
        expect(request.headers['if-range']).toBe(attempt === 0 ? undefined : '"one"')
        return true
      },
    })
    expect(new Uint8Array(await readFile(await download(`${server.base}/net`, quick())))).toEqual(content)
  })

  test('stays for the next process', async () => {
    const { base, requests } = await start({ cutAfter: (attempt) => (attempt === 0 ? 70_000 : undefined) })
    await expect(download(`${base}/net`, quick({ retries: 0 }))).rejects.toMatchObject({ code: 'io' })
    expect(await inCache()).toEqual([expect.stringMatching(/\.free\.part$/)])
    await download(`${base}/net`, quick())
    expect(requests[1]?.range).toBe('bytes=70000-')
    expect((await inCache()).some((name) => name.endsWith('.part'))).toBe(false)
  })

  test('is taken over from a process that was killed, not from one that writes', async () => {
    const { base, requests } = await start({ cutAfter: (attempt) => (attempt === 0 ? 70_000 : undefined) })
    await expect(download(`${base}/net`, quick({ retries: 0 }))).rejects.toMatchObject({ code: 'io' })
    const [free = ''] = await inCache()
    const other = join(folder, 'weights', free.replace('.free.', '.1-abc.'))
    await rename(join(folder, 'weights', free), other)
    await download(`${base}/net`, quick())
    expect(requests[1]?.range).toBeUndefined()
    await rm(cachePath(`${base}/net`, folder))
    await utimes(other, 0, 0)
    await download(`${base}/net`, quick())
    expect(requests[2]?.range).toBe('bytes=70000-')
  })

  test('a server that says nothing is left after a while', async () => {
    const { base, requests } = await start({ answer: (_, __, attempt) => attempt === 0 })
    await download(`${base}/net`, quick({ idleTimeout: 50 }))
    expect(requests).toHaveLength(2)
  })
})

describe('an address that fails', () => {
  const answering =
    (status: number, times: number): NonNullable<Serving['answer']> =>
    (_, response, attempt) => {
      if (attempt >= times) return false
      response.writeHead(status).end()
      return true
    }

  test('is tried again where that may help', async () => {
    const { base, requests } = await start({ answer: answering(503, 2) })
    await download(`${base}/net`, quick())
    expect(requests).toHaveLength(3)
  })

  test('is not where it is of no use, and the error says what was tried and what to do', async () => {
    const { base, requests } = await start({ answer: answering(404, 9) })
    const mirror = `${base}/mirror/`
    const error = download(`${base}/a/net.pdparams?v=1`, quick({ mirrors: [mirror] }))
    await expect(error).rejects.toThrow(`put it at ${folder}`)
    await expect(error).rejects.toMatchObject({
      code: 'io',
      fields: {
        problems: [
          `${base}/mirror/a/net.pdparams?v=1: the server answered 404 Not Found`,
          `${base}/a/net.pdparams?v=1: the server answered 404 Not Found`,
        ],
      },
    })
    expect(requests).toHaveLength(2)
    expect(await inCache()).toEqual([])
  })

  test('gives way to the next: mirrors of CLAS_MIRROR in their order, then the published', async () => {
    const { base } = await start()
    const bad = await start({ answer: answering(500, 99) })
    const good = await start()
    vi.stubEnv('CLAS_MIRROR', `${bad.base}/x, ${good.base}/y`)
    const { mirrors, ...options } = quick({ retries: 1 })
    expect(mirrors).toEqual([])
    const path = await download(`${base}/a/net.pdparams`, options)
    expect(path).toBe(cachePath(`${base}/a/net.pdparams`, folder))
    expect(bad.requests.map(({ path }) => path)).toEqual(['/x/a/net.pdparams', '/x/a/net.pdparams'])
    expect(good.requests.map(({ path }) => path)).toEqual(['/y/a/net.pdparams'])
    await expect(download(`${base}/b`, quick({ mirrors: ['mirror'] }))).rejects.toMatchObject({ code: 'bad-option' })
  })
})

describe('a hash', () => {
  test('that is not the published one is an error, and nothing stays', async () => {
    const { base } = await start()
    await expect(download(`${base}/net`, quick({ sha256: 'ab' }))).rejects.toMatchObject({
      code: 'corrupt-file',
      fields: { expected: 'ab', found: sha256 },
    })
    expect(await inCache()).toEqual([])
    const path = await download(`${base}/net`, quick({ sha256: sha256.toUpperCase() }))
    await expect(download(`${base}/net`, quick({ sha256: 'ab' }))).rejects.toMatchObject({ code: 'corrupt-file' })
    expect(new Uint8Array(await readFile(path))).toEqual(content)
  })

  test('that is not the one of the first download is an error that says what to do', async () => {
    const { base } = await start()
    const path = await download(`${base}/net`, quick())
    await rm(path)
    await writeFile(`${path}.sha256`, `ab  ${basename(path)}\n`)
    await expect(download(`${base}/net`, quick())).rejects.toThrow(`delete ${path}.sha256 too`)
    expect(await inCache()).toEqual([`${basename(path)}.sha256`])
  })
})

test('without the network, the error names the file and its place', async () => {
  vi.stubEnv('CLAS_OFFLINE', '1')
  const url = 'https://example.org/net.pdparams'
  const path = cachePath(url, folder)
  const failed = download(url, { cacheFolder: folder })
  await expect(failed).rejects.toThrow(`Fetch it on another machine and put it at ${path}`)
  await expect(failed).rejects.toMatchObject({ code: 'io', fields: { url, path } })
})

test('an aborted download ends with the reason and can go on', async () => {
  const { base, requests } = await start({
    answer: (_, response, attempt) => {
      if (attempt > 0) return false
      response.writeHead(200, { etag: '"one"', 'content-length': content.length })
      response.write(content.subarray(0, 5000))
      return true
    },
  })
  const controller = new AbortController()
  const reason = new Error('enough')
  const onProgress = (): void => controller.abort(reason)
  await expect(download(`${base}/net`, quick({ signal: controller.signal, onProgress }))).rejects.toBe(reason)
  await expect(download(`${base}/net`, quick({ signal: controller.signal }))).rejects.toBe(reason)
  expect(requests).toHaveLength(1)
  await download(`${base}/net`, quick())
  expect(requests[1]?.range).toBe('bytes=5000-')
})

describe('the cache', () => {
  test('lies where the environment or the system says', () => {
    expect(cacheFolder({ CLAS_CACHE: '/own', XDG_CACHE_HOME: '/xdg' }, 'linux')).toBe('/own')
    expect(cacheFolder({ XDG_CACHE_HOME: '/xdg' }, 'darwin')).toBe(join('/xdg', 'clas'))
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative', HOME: '/home/a' }, 'linux')).toMatch(/[\\/]\.cache[\\/]clas$/)
    expect(cacheFolder({}, 'darwin')).toMatch(/Library[\\/]Caches[\\/]clas$/)
    expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'clas', 'cache'))
  })

  test('names files safely, and two addresses apart', () => {
    const names = [
      'https://a.org/x%2F..%2Fy:z.pdparams?a=1',
      'https://b.org/x%2F..%2Fy:z.pdparams',
      `https://a.org/${'n'.repeat(300)}`,
    ]
    const paths = names.map((url) => cachePath(url, '/cache'))
    expect(new Set(paths).size).toBe(3)
    for (const path of paths) {
      expect(dirname(path)).toBe(join('/cache', 'weights'))
      expect(basename(path)).toMatch(/^[0-9a-f]{12}-[\w.-]{1,80}$/)
    }
  })
})
