import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Every module that a program loads, by its address. */
function loadedBy(script: string): string[] {
  const hook = `import { writeSync } from 'node:fs';
    export async function load(url, context, next) { writeSync(1, url + '\\n'); return next(url, context); }`;
  const hookUrl = `data:text/javascript,${encodeURIComponent(hook)}`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(hookUrl)});`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(register)}`,
      '--input-type=module',
      '--eval',
      script,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n');
}

describe('until it has said where it will look, fp', () => {
  it('loads neither the engine, nor a driver, nor an ORM, nor a parser of SQL', () => {
    const loaded = loadedBy(`
      await import('./dist/commands/migrate-read.js');
      await import('./dist/commands/migrate-run.js');
      const { loadFleet, select } = await import('@fusion-prime/migrator/fleet');`);
    expect(loaded.filter((url) => url.includes('/migrator/dist/fleet/fleet.js'))).toHaveLength(1);
    const heavy =
      /\/(typeorm|pg|libpg-query|uuid|@nestjs)\/|\/migrator\/dist\/(index|run\/apply)\.js/;
    expect(loaded.filter((url) => heavy.test(url))).toEqual([]);
  });
});
