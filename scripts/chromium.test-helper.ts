import { spawn } from 'node:child_process'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, extname, join } from 'node:path'

/** Where Chromium is: what CHROMIUM says, or one of the PATH. */
export async function findChromium({ CHROMIUM, PATH = '' }: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (CHROMIUM) return CHROMIUM
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  for (const path of PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))) {
    const found = await access(path).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return undefined
}

const LIMIT_MILLISECONDS = 90_000

/** What a page has, and how its browser is started. */
export interface Page {
  /** What it may fetch, by path. `/page.js` is its script. */
  readonly files: Readonly<Record<string, string | Uint8Array>>
  /** What is behind `#` in its address. */
  readonly hash?: string
  /** Whether it is isolated from other origins, which shared memory needs. */
  readonly isolated?: boolean
  /** Further flags of the browser. */
  readonly flags?: readonly string[]
}

/**
 * Opens a page in a browser of its own, and waits until its script posts its answer to `/answer`.
 *
 * @param chromium - the program
 */
export async function inChromium(chromium: string, page: Page): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'clas-browser-'))
  const { server, answer } = serve(page)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const browser = spawn(
    chromium,
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--no-first-run',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      '--enable-logging=stderr',
      `--user-data-dir=${profile}`,
      ...(page.flags ?? []),
      `http://127.0.0.1:${port}/#${page.hash ?? ''}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  browser.stderr.on('data', (data: Buffer) => {
    log += data
  })
  const ended = new Promise<void>((resolve) => browser.once('close', () => resolve()))
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`the page did not answer\n${consoleOf(log)}`)), LIMIT_MILLISECONDS).unref()
    ended.then(() => reject(new Error(`the browser ended\n${log.slice(-2000)}`)))
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    late.catch(() => {})
    browser.kill('SIGKILL')
    await ended
    server.closeAllConnections()
    server.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** What the page wrote to its console. */
function consoleOf(log: string): string {
  return log
    .split('\n')
    .filter((line) => line.includes('CONSOLE'))
    .join('\n')
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

function serve({ files, isolated = false }: Page): { server: Server; answer: Promise<string> } {
  let receive: (answer: string) => void
  const answer = new Promise<string>((resolve) => {
    receive = resolve
  })
  const server = createServer(async (request, response) => {
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    }
    const path = request.url ?? '/'
    const send = (type: string, body: string | Uint8Array): void => {
      response.setHeader('Content-Type', type)
      response.end(body)
    }
    const file = files[path]
    if (path === '/answer') {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      send('text/plain', '')
      receive(Buffer.concat(chunks).toString('utf8'))
    } else if (path === '/') send('text/html', '<!doctype html><script type="module" src="/page.js"></script>')
    else if (file !== undefined) send(TYPES[extname(path)] ?? 'application/octet-stream', file)
    else {
      response.statusCode = 404
      response.end()
    }
  })
  return { server, answer }
}
