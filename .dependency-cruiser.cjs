/** Imports point one way (docs/adr); each rule names a folder and all it may import of ours. */
const folders = [
  'tenancy',
  'stacks',
  'migrations',
  'policies',
  'service',
  'provisioner',
  'tools',
  'cli',
  'bench',
  'test',
];

const mayImport = {
  tenancy: [],
  stacks: ['tenancy'],
  migrations: ['tenancy'],
  policies: ['tenancy'],
  service: ['tenancy'],
  provisioner: ['tenancy', 'stacks/tenant', 'migrations'],
  tools: ['tenancy'],
  cli: ['tenancy', 'tools'],
};

const anchored = (paths) => paths.map((path) => `^${path}/`);
/** Specs and the harness they share may reach into test/support; nothing else may import from test. */
const spec = '\\.spec\\.ts$';

module.exports = {
  forbidden: [
    ...Object.entries(mayImport).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      severity: 'error',
      comment: `${folder}/ may import only: ${[folder, ...allowed].join(', ')}.`,
      from: { path: `^${folder}/`, pathNot: spec },
      to: { path: anchored(folders), pathNot: anchored([folder, ...allowed]) },
    })),
    {
      name: 'specs-import-support-only',
      severity: 'error',
      comment: 'A spec may use test/support and what its own folder may import.',
      from: { path: spec, pathNot: '^test/' },
      to: { path: '^(test/(?!support/)|bench/)' },
    },
    {
      name: 'only-engine-imports-automation',
      severity: 'error',
      comment: 'provisioner/engine is the only importer of the Automation API.',
      from: { path: anchored(folders), pathNot: '^provisioner/engine/' },
      to: { path: '@pulumi/pulumi/automation' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Cycles hide who owns what.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'An import that resolves to nothing.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      comment: 'What runs in production must be a dependency.',
      from: { path: '^(tenancy|stacks|migrations|provisioner|service)/', pathNot: spec },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.landlord|docs)/' },
    includeOnly: {
      path: [
        '^(tenancy|stacks|migrations|policies|service|provisioner|tools|cli|bench|test)/',
        'node_modules',
      ],
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
};
