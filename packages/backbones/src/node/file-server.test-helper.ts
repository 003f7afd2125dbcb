import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on this machine that serves one content, in the way a test wants. */
export interface FileServer {
  /** `http://127.0.0.1:<port>`. */
  readonly base: string
  /** What was asked for: the path, and the range where there was one. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[]
  close(): Promise<void>
}

/** How the content is served. `attempt` counts requests from 0. */
export interface Serving {
  readonly content: Uint8Array
  readonly etag?: string
  /** Bytes after which the connection is cut. */
  readonly cutAfter?: (attempt: number) => number | undefined
  /** Answers instead of the content where it gives true. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse, attempt: number) => boolean
}

export async function serve({ content, etag = '"one"', cutAfter, answer }: Serving): Promise<FileServer> {
  const requests: FileServer['requests'] = []
  const server = createServer((request, response) => {
    const attempt = requests.length
    const { range, 'if-range': condition } = request.headers
    requests.push({ path: request.url ?? '', range })
    if (answer?.(request, response, attempt)) return
    const start = condition === etag ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0
    const rest = content.subarray(start)
    const partial = start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length, etag, ...partial })
    const cut = cutAfter?.(attempt)
    if (cut === undefined) response.end(rest)
    // Time for the reader to take what is there: a reset discards what waits in the socket.
    else response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 50))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
