import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { join } from 'node:path';
import { root } from './repository.js';

const eslint = new ESLint({
  cwd: root,
  // With CI set the parser takes for granted that what is linted is what is on disk; here it is not.
  overrideConfig: {
    languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } },
  },
});

/** Lints a text as if it stood in that file, which must exist: type-aware rules need its project. */
async function rulesBroken(file: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(root, file) });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId ?? 'parse error');
}

// The drawing in ARCHITECTURE.md, tried from the forbidden side: a rule that never fires guards nothing.
describe('the boundaries between packages', () => {
  it.each([
    ['the kernel', 'libs/kernel/src/clock.ts', '@fusion-prime/database'],
    ['the database library', 'libs/database/src/target.ts', '@fusion-prime/service'],
    ['the service library', 'libs/service/src/index.ts', '@fusion-prime/postgres-server'],
    ['the migrator', 'libs/migrator/src/index.ts', '@fusion-prime/service'],
    ['an app', 'apps/settlement/src/main.ts', '@fusion-prime/compliance-migrations'],
    ['an app', 'apps/settlement/src/main.ts', '@fusion-prime/postgres-server'],
    ['a migration', 'migrations/settlement/src/index.ts', '@fusion-prime/kernel'],
  ])('%s (%s) may not import %s', async (_who, file, forbidden) => {
    const text = `import * as other from '${forbidden}';\nexport const used = other;\n`;
    expect(await rulesBroken(file, text)).toContain('boundaries/dependencies');
  });

  it('lets an app use the libraries that are made for it', async () => {
    const text = `import * as service from '@fusion-prime/service';\nexport const used = service;\n`;
    expect(await rulesBroken('apps/settlement/src/main.ts', text)).not.toContain(
      'boundaries/dependencies',
    );
  });

  it('finds a circle of imports', async () => {
    const text = `import { Refusal } from './index.js';\nexport const used = Refusal;\n`;
    expect(await rulesBroken('libs/kernel/src/refusal.ts', text)).toContain('import-x/no-cycle');
  });

  it('refuses to read the environment outside a configuration file', async () => {
    const text = `export const url = process.env['DATABASE_URL'];\n`;
    expect(await rulesBroken('libs/kernel/src/clock.ts', text)).toContain(
      'no-restricted-properties',
    );
  });
});
