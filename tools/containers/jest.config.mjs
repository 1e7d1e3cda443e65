import root from '../../jest.config.mjs';

// Not a project of `npm test`: a container engine is not everywhere.
const [unit] = root.projects;

export default {
  rootDir: root.rootDir,
  projects: [
    {
      ...unit,
      displayName: 'engine',
      testRegex: '\\.engine\\.spec\\.ts$',
      testPathIgnorePatterns: ['/node_modules/', '/dist/'],
      globalSetup: '<rootDir>/tools/containers/jest-global-setup.mjs',
      globalTeardown: '<rootDir>/tools/containers/jest-global-teardown.mjs',
    },
  ],
  testTimeout: 180_000,
  reporters: root.reporters,
};
