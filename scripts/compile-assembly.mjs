// What the packages with an assembly/ folder build it by: AssemblyScript to WebAssembly, kept as text in a TypeScript file, so
// that no bundler needs to know about WebAssembly files.
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Writes a file anew unless it is newer than all that it is made of.
 *
 * @param target - the file
 * @param root - the package's folder, with assembly/
 * @param script - the path of the script that calls
 * @param makeText - what is in the file
 */
export async function writeUnlessNewer(target, root, script, makeText) {
  const folder = join(root, 'assembly')
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
  if (isNewer(target, [...sources, script, fileURLToPath(import.meta.url)])) return
  // Written aside and renamed: whoever reads meanwhile finds a whole file.
  const aside = `${target}.${process.pid}.tmp`
  writeFileSync(aside, await makeText())
  renameSync(aside, target)
}

function isNewer(file, others) {
  if (!existsSync(file)) return false
  const time = statSync(file).mtimeMs
  return others.every((other) => statSync(other).mtimeMs < time)
}

/**
 * Compiles a package's assembly/ to a module that uses a memory it is given.
 *
 * @param root - the package's folder
 * @param relaxed - with fused multiply-add ("relaxed SIMD")
 * @param options - further options of the compiler
 * @returns the module in base64
 */
export async function compileAssembly(root, { relaxed = false, options = [] } = {}) {
  const { default: asc } = await import('assemblyscript/asc')
  const all = [
    'index.ts',
    ...['--outFile', 'out.wasm', '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
    ...['--runtime', 'stub', '--importMemory', '--initialMemory', '0', '--maximumMemory', '65536', '--enable', 'simd'],
    ...(relaxed ? ['--enable', 'relaxed-simd'] : []),
    ...options,
  ]
  let binary
  const { error, stderr } = await asc.main(all, {
    readFile: (name) => {
      const path = join(root, 'assembly', name)
      return existsSync(path) ? readFileSync(path, 'utf8') : null
    },
    writeFile: (_, content) => {
      binary = content
    },
    listFiles: () => [],
  })
  const messages = stderr.toString()
  if (error || !binary) {
    throw new Error(`assembly/ does not compile${relaxed ? ' with relaxed SIMD' : ''}:\n${messages}`, { cause: error })
  }
  if (messages.trim() !== '') console.warn(messages)
  checkModule(binary, relaxed)
  return Buffer.from(binary).toString('base64')
}

/** Data of its own would overwrite what lies at the beginning of the memory that the module is given. */
function checkModule(binary, relaxed) {
  // Node 20 knows relaxed SIMD only behind a flag: there the sections are read off the other variant.
  if (relaxed) return
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(binary))
  if (imports.length !== 1 || imports[0].kind !== 'memory') {
    throw new Error(`the module may import nothing but the memory, found ${JSON.stringify(imports)}`)
  }
  if (sections(binary).includes(11)) throw new Error('the module has a data segment; use no strings, arrays or objects')
}

/** The ids of the sections of a module. */
function sections(binary) {
  const ids = []
  for (let at = 8; at < binary.length; ) {
    ids.push(binary[at++])
    let size = 0
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = binary[at++]
      size |= (byte & 127) << shift
      more = byte > 127
    }
    at += size
  }
  return ids
}
