/** The layers of docs/architecture.md, lowest first. A package imports from lower layers only. */
const layers = [['core'], ['kernels'], ['nn', 'augment', 'optim'], ['backbones', 'data'], ['engine'], ['cli']]

const notBelow = layers.flatMap((layer, level) =>
  layer.map((name) => {
    const allowed = [name, 'testkit', ...layers.slice(0, level).flat()]
    return {
      name: `layer-of-${name}`,
      comment: `@clas/${name} may import from ${allowed.join(', ')}`,
      severity: 'error',
      from: { path: `^packages/${name}/src`, pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/', pathNot: `^packages/(${allowed.join('|')})/` },
    }
  }),
)

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-deep-import',
      comment: 'import what a package exports, not its files',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/([^/]+)/src/(?!(index|node|gradients|testing/index|weights/index|node/index)\\.ts$)',
        pathNot: '^packages/$1/',
      },
    },
    {
      name: 'testkit-is-for-tests',
      severity: 'error',
      from: { path: '^packages/(?!testkit)', pathNot: '\\.test\\.ts$|test-helper\\.ts$|/testing/' },
      to: { path: '^packages/testkit/' },
    },
    ...notBelow,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|/assembly/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['@clas/source', 'import', 'default'] },
  },
}
