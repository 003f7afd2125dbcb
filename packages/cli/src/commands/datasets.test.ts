import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { clas } from '../capture.test-helper.ts'
import { breakPicture, CLASSES, drawShapes, temporaryFolder } from '../shapes.test-helper.ts'

/** Squares of 48 pixels in which every one has a pattern of its own. */
async function drawPatterns(folder: string, count: number): Promise<void> {
  await drawShapes(folder, count)
  for (const [c, name] of CLASSES.entries()) {
    for (const [i, file] of (await readdir(join(folder, name))).sort().entries()) {
      const data = Uint8Array.from({ length: 48 * 48 }, (_, p) => {
        const [x, y] = [p % 48, Math.floor(p / 48)]
        return 128 + 60 * Math.sin(x / (3 + i) + c) + 60 * Math.sin(y / (4 + c) + i + (x * (i + 1)) / 40)
      })
      await sharp(data, { raw: { width: 48, height: 48, channels: 1 } }).toFile(join(folder, name, file))
    }
  }
}

describe('clas datasets check', () => {
  test('tells what is wrong, as text, JSON and a page', async () => {
    await using folder = await temporaryFolder()
    const photos = join(folder.path, 'photos')
    await drawPatterns(join(photos, 'train'), 4)
    await drawPatterns(join(photos, 'validation'), 1) // the first of each again
    await breakPicture(join(photos, 'train', 'bar', 'x.jpg'))
    const page = join(folder.path, 'check.html')
    const { code, stdout, stderr } = await clas(['datasets', 'check', photos, '--page', page])
    expect([code, stderr]).toEqual([0, `page: ${page}\n`])
    expect(stdout).toMatch(/^class +train +validation\nbar +5 +1\n/)
    expect(stdout).toMatch(/unreadable: 1\n {2}.*x\.jpg can't be decoded/)
    expect(stdout).toMatch(/duplicates: 3\n {2}the same, in different parts\n {4}train bar: train\/bar\/0\.png\n/)
    const drawn = await readFile(page, 'utf8')
    expect(drawn.match(/<img /g)).toHaveLength(6)
    expect(drawn).not.toMatch(/https?:/) // it needs nothing else
    const json = await clas(['datasets', 'check', photos, '--json', '--strict'])
    expect([json.code, JSON.parse(json.stdout).duplicates.length]).toEqual([1, 3])
    const clean = await clas(['datasets', 'check', join(photos, 'validation'), '--strict'])
    expect([clean.code, clean.stdout]).toEqual([0, expect.stringContaining('nothing wrong with 3 pictures')])
  })

  test('checks lists against the files', async () => {
    await using folder = await temporaryFolder()
    await drawPatterns(folder.path, 2)
    const list = join(folder.path, 'train_list.txt')
    await writeFile(list, 'bar/0.png 0\nbar/gone.png 0\ndisc/0.png 1\ndisc/0.png 2\nnonsense\n')
    const { stdout } = await clas(['datasets', 'check', list])
    expect(stdout).toContain(`pictures of ${list} that are missing: 1\n  line 2`)
    expect(stdout).toContain(`lines of ${list} that can't be read: 1\n`)
    expect(stdout).toMatch(/more than once: 1\n.*lines 3, 4, with different labels/)
    expect(stdout).toMatch(/doesn't have: 4\n/)
  })
})

describe('clas datasets stats', () => {
  test('counts, as text and JSON', async () => {
    await using folder = await temporaryFolder()
    await drawPatterns(folder.path, 3)
    const page = join(folder.path, 'stats.html')
    const { stdout } = await clas(['datasets', 'stats', folder.path, '--page', page])
    expect(stdout).toMatch(/pictures +9\nwidth +48 to 48, median 48\n/)
    expect(stdout).toMatch(/bar +3 +33\.3%/)
    expect((await readFile(page, 'utf8')).match(/<img /g)).toHaveLength(9)
    const { all } = JSON.parse((await clas(['datasets', 'stats', folder.path, '--json'])).stdout)
    expect([all.mean.length, all.deviation.length, all.classes.length]).toEqual([3, 3, 3])
  })
})

describe('clas datasets split, balance and pack', () => {
  test('leave lists that are read again, and replace nothing', async () => {
    await using folder = await temporaryFolder()
    const photos = join(folder.path, 'photos')
    const lists = join(folder.path, 'lists')
    await drawPatterns(photos, 10)
    const options = ['--validation', '0.2', '--test', '0.3', '--out', lists]
    const { code, stdout } = await clas(['datasets', 'split', photos, ...options])
    expect([code, stdout.match(/\d+ pictures/g)]).toEqual([0, ['15 pictures', '6 pictures', '9 pictures']])
    const all = await Promise.all(
      ['train', 'val', 'test'].map((name) => readFile(join(lists, `${name}_list.txt`), 'utf8')),
    )
    expect(new Set(all.join('').trim().split('\n')).size).toBe(30)
    const again = await clas(['datasets', 'split', photos, ...options])
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("isn't replaced")])

    await writeFile(join(folder.path, 'few.txt'), 'bar/0.png 0\ndisc/1.jpg 1\ndisc/0.png 1\nsquare/0.png 2\n')
    const few = [join(folder.path, 'few.txt'), '--root', photos]
    const balanced = await clas(['datasets', 'balance', ...few, '--out', join(folder.path, 'balanced')])
    expect(balanced.stdout).toContain('6 lines')

    const shards = join(folder.path, 'shards')
    const packed = await clas(['datasets', 'pack', photos, '--out', shards, '--shard-size', '20K'])
    expect(packed.stdout).toMatch(/^all: 30 pictures, \d+ KB, in \d shards/)
    const tars = (await readdir(shards)).filter((name) => name.endsWith('.tar')).map((name) => join(shards, name))
    const stats = await clas(['datasets', 'stats', ...tars])
    expect(stats.stdout).toMatch(/bar +10 +33\.3%/)
  })

  test('keep groups and duplicates together', async () => {
    await using folder = await temporaryFolder()
    const photos = join(folder.path, 'photos')
    await drawPatterns(photos, 6)
    const folds = join(folder.path, 'folds')
    await clas(['datasets', 'split', photos, '--folds', '3', '--group', '/(\\d)', '--out', folds])
    const held = await readFile(join(folds, 'fold-0', 'val_list.txt'), 'utf8')
    const groups = new Set([...held.matchAll(/\/(\d)/g)].map(([, digit]) => digit))
    expect([groups.size, held.trim().split('\n').length]).toEqual([2, 6])
    for (const name of CLASSES) {
      const copy = sharp(join(photos, name, '0.png')).resize(40)
      await copy.toFile(join(photos, name, 'copy.png'))
    }
    const lists = join(folder.path, 'lists')
    await clas(['datasets', 'split', photos, '--duplicates', '--validation', '0.5', '--out', lists])
    const train = await readFile(join(lists, 'train_list.txt'), 'utf8')
    for (const name of CLASSES) expect(train.includes(`${name}/copy.png`)).toBe(train.includes(`${name}/0.png`))
    const both = await clas(['datasets', 'split', photos, '--duplicates', '--group', 'x', '--out', lists])
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('not both')])
  })
})

describe('clas datasets background', () => {
  test('copies what is chosen, and says what to think of', async () => {
    await using folder = await temporaryFolder()
    const photos = join(folder.path, 'photos')
    await drawPatterns(photos, 4)
    const others = join(folder.path, 'others')
    await drawShapes(others, 3, ['bar', 'disc'])
    const out = join(folder.path, 'background')
    const args = ['datasets', 'background', photos, '--from', others, '--smallest', '16', '--out', out]
    const refused = await clas(args)
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('none of the 6 candidates')])
    await rename(join(others, 'disc'), join(others, 'moon'))
    const { code, stdout } = await clas([...args, '--count', '2'])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^kind +candidates +chosen\nmoon +3 +2\n/)])
    expect(stdout).toContain('left out, named as a class: 3')
    expect(stdout).toContain('- All are of one kind')
    expect(await readdir(out)).toHaveLength(2)
    expect((await clas(args)).stderr).toContain("isn't replaced")
  })
})

describe('clas datasets', () => {
  test.each([
    [[], 'datasets has check, stats, split, balance, background, pack'],
    [['chek'], 'did you mean check?'],
    [['pack', 'x', '--folds', '3'], 'datasets pack has no option --folds'],
    [['check'], 'expected a folder'],
    [['check', 'a.txt', 'b.tar'], 'several of one kind'],
    [['split', '.', '--out', 'x', '--group', '('], 'regular expression'],
    [['check', '.', '--page', 'x.pdf'], '.html'],
    [['background', '.', '--out', 'x'], '--from'],
  ])('refuses %j', async (args, message) => {
    await using folder = await temporaryFolder()
    await drawShapes(folder.path, 1)
    const { code, stderr } = await clas(['datasets', ...args.map((arg) => (arg === '.' ? folder.path : arg))])
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })

  test('says which folder there is not', async () => {
    const { code, stderr } = await clas(['datasets', 'stats', '/no/such/folder'])
    expect([code, stderr]).toEqual([1, expect.stringContaining('/no/such/folder')])
  })
})
