import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const typescript = ['**/*.ts'];
const specs = ['**/*.spec.ts', '**/test/**'];

// Who may import whom, as drawn in ARCHITECTURE.md. What is not listed is refused.
const layers = [
  ['kernel', []],
  ['database', ['kernel']],
  // The shadow alone starts a server, and an image does without it.
  ['migrator', ['kernel', 'database', 'postgres-server']],
  // Deployment files are judged by the parsers that the services themselves start with.
  ['audit', ['kernel', 'database', 'migrator']],
  ['contracts', ['kernel']],
  ['messaging', ['kernel', 'database', 'contracts']],
  ['service', ['kernel', 'database', 'contracts', 'messaging']],
  ['postgres-server', ['kernel']],
  [
    'testing',
    ['kernel', 'database', 'contracts', 'messaging', 'migrator', 'service', 'postgres-server'],
  ],
];
const element = (type, name) => ({ element: { type, ...(name && { captured: { name } }) } });
const same = '{{ from.element.captured.name }}';
const lib = (name) => element('lib', name);
const allow = (from, to) => ({ from, allow: to.map((target) => ({ to: target })) });

const mayImport = [
  ...layers.map(([name, used]) => allow(lib(name), [name, ...used].map(lib))),
  allow(element('app'), [
    element('app', same),
    element('migrations', same),
    ...['kernel', 'contracts', 'database', 'messaging', 'service'].map(lib),
  ]),
  allow(element('migrations'), [element('migrations', same)]),
  allow(element('tool'), [element('tool'), element('lib'), element('migrations')]),
];

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.nx/', '.data/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  {
    files: typescript,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      // One program for all packages: one for each of them took 5 GB.
      parserOptions: { project: 'tsconfig.lint.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { boundaries, 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [
        createTypeScriptImportResolver({
          conditionNames: ['@fusion-prime/source', 'types', 'import'],
        }),
      ],
      'import/resolver': {
        typescript: { conditionNames: ['@fusion-prime/source', 'types', 'import'] },
      },
      'boundaries/elements': [
        { type: 'app', pattern: 'apps/*', capture: ['name'] },
        { type: 'lib', pattern: 'libs/*', capture: ['name'] },
        { type: 'migrations', pattern: 'migrations/*', capture: ['name'] },
        { type: 'tool', pattern: 'tools/*', capture: ['name'] },
      ],
    },
    rules: {
      // `== null` asks for null or undefined, which is what an optional JSON field may be.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', 400],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(FunctionDeclaration, ArrowFunctionExpression, MethodDefinition[kind!="constructor"] > FunctionExpression)[params.length>4]',
          message: 'Take an object: nobody remembers the order of five parameters.',
        },
        {
          selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>5]',
          message: 'More than five dependencies: this class has two jobs.',
        },
      ],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only *.config.ts reads the environment: take a typed value instead.',
        },
        {
          object: 'AbortSignal',
          property: 'any',
          message: 'It stays with a signal that outlives it, for ever: use boundedSignal.',
        },
      ],
      'import-x/no-cycle': 'error',
      'boundaries/dependencies': ['error', { default: 'disallow', policies: mayImport }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // `async` also turns a synchronous throw into a rejection, which callers rely on.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // The parsers of the environment, and what starts programs with one.
    files: [
      '**/*.config.ts',
      '**/environment.ts',
      'libs/testing/**',
      'libs/postgres-server/**',
      'tools/**',
    ],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  {
    files: specs,
    rules: {
      'boundaries/dependencies': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      'no-restricted-properties': 'off',
    },
  },
);
