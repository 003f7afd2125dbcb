import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { firstPixels, fixture, labelsOf, useFolder } from '../sources/folder.test-helper.ts'
import { imageParquet } from '../sources/image-parquet.ts'
import { tarShards } from '../sources/tar-shards.ts'
import { readUrl, urlReader } from './url-reader.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const folder = useFolder()
let close: (() => Promise<void>) | undefined
afterEach(async () => {
  await close?.()
  close = undefined
})

async function serve(handler: Handler): Promise<string> {
  const server = createServer(handler)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  close = () =>
    new Promise((closed) => {
      server.close(() => closed())
      server.closeAllConnections()
    })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Sends the part that is asked for, as servers of files do. */
function partOf(bytes: Uint8Array): Handler {
  return ({ headers }, response) => {
    const [, from = '0', to = '0'] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
    const part = bytes.subarray(Number(from), Number(to) + 1)
    response.writeHead(206, {
      'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`,
      'content-length': part.length,
    })
    response.end(part)
  }
}

describe('files on a server', () => {
  it('reads shards without loading them whole', async () => {
    const bytes = await readFile(fixture('pax.tar'))
    let asked = 0
    const address = await serve((request, response) => {
      asked++
      partOf(bytes)(request, response)
    })
    const source = await tarShards([`${address}/pax.tar`])
    const walked = asked
    expect([labelsOf(source), source.item?.(0)]).toEqual([
      [2, 0, 1],
      expect.objectContaining({ kind: 'url', url: `${address}/pax.tar` }),
    ])
    expect(walked).toBe(2) // the size, and all of so small a file at once
    expect(await firstPixels(source)).toEqual([
      [255, 0, 0],
      [0, 0, 255],
      [0, 128, 0],
    ])
    expect(asked - walked).toBe(3)
    expect(source.name(0)).toBe(`${address}/pax.tar/0.png`)
  })

  it('reads an index from the server, and walks through the shards where there is none', async () => {
    const bytes = await readFile(fixture('ustar.tar'))
    const index = folder.file('index.json')
    const address = await serve(partOf(bytes))
    await tarShards([`${address}/ustar.tar`], { index })
    await close?.()
    const text = await readFile(index)
    let walked = false
    const other = await serve((request, response) => {
      if (request.url === '/index.json') return partOf(text)(request, response)
      walked ||= request.headers.range !== 'bytes=0-0'
      return partOf(bytes)(request, response)
    })
    expect(labelsOf(await tarShards([`${other}/ustar.tar?key=1`], { index: `${other}/index.json` }))).toEqual([2, 0, 1])
    expect(walked).toBe(false)
  })

  it('reads Parquet', async () => {
    const address = await serve(partOf(await readFile(fixture('snappy.parquet'))))
    const source = await imageParquet([`${address}/snappy.parquet`])
    expect(labelsOf(source)).toEqual([2, 0, 1, 1, 2, 0, 2])
    expect((await source.read(6)).data.slice(0, 3)).toEqual(new Uint8Array([255, 0, 0]))
  })

  it('tries again what may pass, and says what does not', async () => {
    let failures = 2
    const address = await serve((request, response) => {
      if (request.url === '/busy' && failures-- > 0) response.writeHead(failures ? 503 : 429).end()
      else if (request.url === '/cut') response.writeHead(206, { 'content-range': 'bytes 0-0/9' }).destroy()
      else if (request.url === '/none') response.writeHead(404).end()
      else if (request.url === '/whole') response.writeHead(200).end('all of it')
      else if (request.url === '/unsaid') response.writeHead(206).end('a')
      else partOf(new TextEncoder().encode('123456789'))(request, response)
    })
    await using reader = await urlReader(`${address}/busy`)
    expect([reader.size, new TextDecoder().decode(await reader.read(3, 4))]).toEqual([9, '4567'])
    await expect(reader.read(6, 4)).rejects.toMatchObject({ code: 'corrupt-file', fields: { size: 9 } })
    const io = (message: string) => ({ code: 'io', message: expect.stringContaining(message) })
    await expect(urlReader(`${address}/none`)).rejects.toMatchObject(io('404'))
    await expect(urlReader(`${address}/whole`)).rejects.toMatchObject(io('whole files only'))
    await expect(urlReader(`${address}/unsaid`)).rejects.toMatchObject(io('size of the file'))
    await expect(readUrl(`${address}/cut`, 0, 4)).rejects.toMatchObject(io(`${address}/cut`))
  })

  it('refuses more and fewer bytes than it asked for', async () => {
    const address = await serve(({ url }, response) => response.writeHead(206).end(url === '/more' ? '12345' : '123'))
    const error = { code: 'corrupt-file', fields: { offset: 10, length: 4 } }
    await expect(readUrl(`${address}/more`, 10, 4)).rejects.toMatchObject(error)
    await expect(readUrl(`${address}/fewer`, 10, 4)).rejects.toMatchObject(error)
  })
})
