import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestFleet, threeTables } from '../../../libs/migrator/test/fleet-fixture.js';
import { type Answer, fpIn } from './fp-process.js';

const elsewhere = mkdtempSync(join(tmpdir(), 'fp-forms-'));
const fp = fpIn(elsewhere);
let fleet: TestFleet;
let vars: Record<string, string>;
beforeAll(async () => {
  fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
  const yaml = readFileSync(fleet.file, 'utf8')
    .replace('databases:', 'acceptSqlalchemyUrls: true\ndatabases:')
    .replace('name: books', "name: '${item}'\n    forEach: { env: SHELVES }")
    .replaceAll('BOOKS_', '${ITEM}_');
  writeFileSync(fleet.file, `${yaml}  - { name: bff-service, database: none }\n`);
  const owner = (fleet.vars['BOOKS_MIGRATE_URL'] ?? '').replace(
    'postgresql:',
    'postgresql+psycopg:',
  );
  vars = { ...fleet.vars, SHELVES: 'books', BOOKS_MIGRATE_URL: owner };
});
afterAll(async () => {
  await fleet.drop();
  rmSync(elsewhere, { recursive: true });
});

const migrate = (...args: string[]): Promise<Answer> =>
  fp(['migrate', ...args, '--fleet', fleet.file], { vars });

describe('a fleet of a template, a SQLAlchemy URL and a service without a database', () => {
  it('is shown by status, with a warning that tells no password', async () => {
    const { code, stdout, stderr } = await migrate('status');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^bff-service +no database/m)]);
    expect(stderr).toContain('warning: BOOKS_MIGRATE_URL: DBCFG_SQLALCHEMY_URL');
    expect(stdout + stderr).not.toContain('owner-secret');
  });

  it('is migrated, and what has no database is named', async () => {
    const { code, stdout } = await migrate('up');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/books \(3\)[^]*no database: bff-/)]);
    const { json } = await migrate('status', '--json');
    expect(json).toMatchObject({ withoutDatabase: ['bff-service'] });
  });

  it('does not take such a service for a database', async () => {
    const { code, stderr } = await migrate('up', '--only', 'bff-service');
    expect([code, stderr]).toEqual([2, expect.stringContaining('bff-service has no database')]);
  });

  it('locks the folder that its databases share once', async () => {
    vars = { ...vars, SHELVES: 'books,films' };
    const { json } = await migrate('lock', '--json');
    expect(json).toMatchObject({ locks: [{ migrations: 3 }] });
  });
});
