import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ForeignDatabase,
  migrationsOf,
  scriptOf,
} from '../../../libs/migrator/test/adopt-fixture.js';
import { adminUrl } from '../../../libs/migrator/test/fleet-fixture.js';
import { type Answer, fpIn } from './fp-process.js';

const elsewhere = mkdtempSync(join(tmpdir(), 'fp-adopt-'));
const fp = fpIn(elsewhere);
let foreign: ForeignDatabase;
beforeAll(async () => {
  const script = scriptOf('alembic/upgrade_head.sql');
  foreign = await ForeignDatabase.create(migrationsOf('alembic'), script);
});
afterAll(async () => {
  await foreign.drop();
  rmSync(elsewhere, { recursive: true });
});

const run = (...args: string[]): Promise<Answer> =>
  fp([...args, '--fleet', foreign.fleet.file], {
    vars: { ...foreign.fleet.vars, SHADOW_URL: adminUrl(), FP_ADMIN_URL: adminUrl() },
  });

describe('the way of a database that other tools made', () => {
  it('each refusal names the next command, to the end', async () => {
    const created = await run('databases', 'create', '--env', 'test');
    expect([created.code, created.stderr]).toEqual([
      12,
      expect.stringContaining('npx fp databases create --existing'),
    ]);
    const taken = await run('databases', 'create', '--existing', '--env', 'test');
    expect([taken.code, taken.stdout]).toEqual([0, expect.stringMatching(/books .* taken over/)]);

    const up = await run('migrate', 'up');
    expect([up.code, up.stderr]).toEqual([
      7,
      expect.stringContaining('npx fp migrate adopt books'),
    ]);

    const asked = await run('migrate', 'adopt', 'books');
    expect(asked.code).toBe(12);
    expect(asked.stderr).toContain('books: this is 2 entries; 2 go into the history');
    expect(asked.stderr).toMatch(/tolerated \(names\): constraint .* is called pk_accounts here/);
    expect(asked.stderr).toContain('NOT_CONFIRMED');
    expect(await foreign.fleet.history('books')).toEqual([]);

    const adopted = await run('migrate', 'adopt', 'books', '--yes');
    expect([adopted.code, adopted.stdout]).toEqual([0, 'books: adopted at 2 entries\n']);
    expect(adopted.stderr).toContain('npx fp migrate adopt books --transfer-ownership');

    const given = await run('migrate', 'adopt', 'books', '--transfer-ownership', '--yes', '--json');
    expect(given).toMatchObject({
      code: 0,
      json: { command: 'adopt', outcome: 'transferred', transferred: { from: [foreign.user] } },
    });
    expect((await run('migrate', 'up')).code).toBe(0);
    expect((await run('migrate', 'drift')).code).toBe(0);
    const again = await run('migrate', 'adopt', 'books', '--yes');
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('ADOPT_NOT_NEEDED')]);
  });
});
