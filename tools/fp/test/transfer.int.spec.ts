import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestFleet, threeTables } from '../../../libs/migrator/test/fleet-fixture.js';
import { type Answer, fpIn } from './fp-process.js';

const elsewhere = mkdtempSync(join(tmpdir(), 'fp-transfer-'));
const fp = fpIn(elsewhere);
const out = join(elsewhere, 'out');
let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
});
afterAll(async () => {
  await fleet.drop();
  rmSync(elsewhere, { recursive: true });
});

const migrate = (...args: string[]): Promise<Answer> =>
  fp(['migrate', ...args, '--fleet', fleet.file], { vars: fleet.vars });

describe('a database that is migrated by importing files', () => {
  it('is exported, imported by anybody, and verified', async () => {
    const { code, stdout, stderr } = await migrate('export', '--dir', out);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/books +01-books\.sql +transaction/)]);
    expect(stderr).toContain(`npx fp migrate verify-export --dir ${out}`);
    const text = readFileSync(join(out, '01-books.sql'), 'utf8');
    expect(text + readFileSync(join(out, 'manifest.json'), 'utf8')).not.toContain('owner-secret');
    expect(text).not.toMatch(/^\\/m);
    const early = await migrate('verify-export', '--dir', out);
    expect([early.code, early.stdout]).toEqual([
      3,
      expect.stringMatching(/not yet +01-books\.sql/),
    ]);
    await fleet.query('books', text);
    expect((await migrate('verify-export', '--dir', out)).code).toBe(0);
    expect((await migrate('status', '--check')).code).toBe(0);
  });

  it('is not exported into the same folder again, and an edited file is named', async () => {
    const again = await migrate('export', '--dir', out);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('EXPORT_EXISTS')]);
    appendFileSync(join(out, '01-books.sql'), '-- mine');
    const { code, stderr } = await migrate('verify-export', '--dir', out);
    expect([code, stderr]).toEqual([10, expect.stringMatching(/EXPORT_EDITED .*01-books\.sql/)]);
  });
});

describe('a backup', () => {
  it('by a command needs no pg_dump, and its reference is printed', async () => {
    const command = 'echo "snapshot of $FP_SERVICE"';
    const { code, stdout, stderr } = await migrate('backup', '--backup-command', command);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^books +- +- +snapshot of books$/m)]);
    expect(stderr).toContain('books: postgresql://');
  });

  it('that fails exits 13, with what the command said', async () => {
    const { code, json } = await migrate(
      'backup',
      '--backup-command',
      'echo no >&2; exit 1',
      '--json',
    );
    expect([code, json]).toMatchObject([
      13,
      { databases: [{ problem: { code: 'BACKUP_FAILED' } }] },
    ]);
  });

  it('goes to one place', async () => {
    const { code } = await migrate('up', '--backup', out, '--backup-command', 'true');
    expect(code).toBe(2);
  });

  it('is made before down takes rows away, and stands in the history', async () => {
    await fleet.query('books', 'INSERT INTO t3 VALUES (1)');
    const refused = await migrate('down');
    expect([refused.code, refused.stderr]).toEqual([7, expect.stringMatching(/DATA_LOSS .* t3,/)]);
    const done = await migrate('down', '--allow-data-loss', '--backup-command', 'echo snap-7');
    expect([done.code, done.stderr]).toEqual([0, expect.stringMatching(/backed up .*snap-7/)]);
    const { json } = await migrate('history', '--json');
    expect(JSON.stringify(json)).toContain('"backupReference":"snap-7"');
  });
});
