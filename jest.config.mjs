// Three levels by file name. Only int and e2e get a PostgreSQL server: a unit test that needs one fails.
const common = {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/migrations', '<rootDir>/tools'],
  modulePathIgnorePatterns: ['/dist/'],
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['@fusion-prime/source', 'node', 'node-addons'],
  },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
          },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

const postgres = {
  ...common,
  testEnvironment: '<rootDir>/libs/testing/jest-environment.mjs',
  globalSetup: '<rootDir>/libs/testing/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/jest-global-teardown.mjs',
};

export default {
  rootDir: import.meta.dirname,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testRegex: '\\.spec\\.ts$',
      testPathIgnorePatterns: ['\\.(int|e2e|engine)\\.spec\\.ts$', '/node_modules/', '/dist/'],
    },
    { ...postgres, displayName: 'int', testRegex: '\\.int\\.spec\\.ts$' },
    { ...postgres, displayName: 'e2e', testRegex: '\\.e2e\\.spec\\.ts$' },
  ],
  // Most of a suite is waiting: for a server, a child process, a lock. Each has databases of its own.
  maxWorkers: 2,
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/scripts/count-reporter.mjs'],
};
