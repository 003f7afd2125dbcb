import { spawn } from 'node:child_process'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

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

/**
 * Runs a script as the only one of a page, and waits until it posts its answer to `/answer`.
 *
 * @param chromium - the program
 * @param script - a module
 * @param files - what else the page may fetch, by path
 */
export async function inChromium(
  chromium: string,
  script: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'clas-browser-'))
  const { server, answer } = serve(script, files)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const flags = ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking']
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const browser = spawn(
    chromium,
    [...flags, '--no-first-run', '--enable-logging=stderr', `--user-data-dir=${profile}`, address],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  browser.stderr.on('data', (data: Buffer) => {
    log += data
  })
  const ended = new Promise<void>((resolve) => browser.once('close', () => resolve()))
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`the page did not answer\n${log.slice(-2000)}`)), LIMIT_MILLISECONDS).unref()
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

function serve(script: string, files: Readonly<Record<string, string>>): { server: Server; answer: Promise<string> } {
  let receive: (answer: string) => void
  const answer = new Promise<string>((resolve) => {
    receive = resolve
  })
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    const send = (type: string, body: string): void => {
      response.setHeader('Content-Type', type)
      response.end(body)
    }
    if (path === '/answer') {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      send('text/plain', '')
      receive(Buffer.concat(chunks).toString('utf8'))
    } else if (path === '/') send('text/html', '<!doctype html><script type="module" src="/page.js"></script>')
    else if (path === '/page.js') send('text/javascript', script)
    else if (path in files) send('application/json', files[path] as string)
    else {
      response.statusCode = 404
      response.end()
    }
  })
  return { server, answer }
}
