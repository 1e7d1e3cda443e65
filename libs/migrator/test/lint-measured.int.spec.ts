import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type LintedFile, lintSources } from '../src/lint/lint.js';
import { standing } from '../src/lint/report.js';
import { measureStatements } from '../src/measure/measure.js';
import { openShadow, type Shadow } from '../src/shadow/shadow.js';
import { lockMigrations, loadMigrations } from '../src/sources/load-migrations.js';
import { adminUrl, targetOf } from './fleet-fixture.js';
import { LIVE, source } from './lint-fixture.js';

let shadow: Shadow;
const url = targetOf(adminUrl());

beforeAll(async () => {
  shadow = await openShadow({ url });
});

afterAll(async () => {
  await shadow.stop();
});

async function measured(files: string[], live = LIVE): Promise<LintedFile[]> {
  const judged = files.map((sql, index) => source(sql, `00${index + 2}_x.sql`, String(index + 2)));
  const base = [source(live, '001_live.sql', '1')];
  return lintSources(base, judged, { target: shadow.majorVersion, shadow: { url } });
}

async function rules(files: string[], live?: string): Promise<string[]> {
  const linted = await measured(files, live);
  return linted.flatMap(({ findings }) => standing(findings).map(({ rule }) => rule));
}

describe('where rules and measurement differ', () => {
  it('a rewrite that did not happen is no finding', async () => {
    // Volatile by declaration, but PostgreSQL puts the constant in its place.
    const sql = `CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER TABLE users ADD COLUMN k int DEFAULT mine()`;
    expect(await rules([sql])).toEqual([]);
  });

  it('a rewrite that nobody foresaw is one', async () => {
    const sql = `DO $$ BEGIN EXECUTE 'ALTER TABLE users ALTER ' || 'price TYPE float8'; END $$`;
    expect(await rules([sql])).toEqual(['measured-rewrite', 'dynamic-sql', 'measured-lock']);
  });

  it('a scan under a lock that nobody foresaw is one', async () => {
    const sql = `DO $$ BEGIN EXECUTE 'ALTER TABLE users ALTER ' || 'name SET NOT NULL'; END $$`;
    expect(await rules([sql])).toEqual(['measured-scan', 'dynamic-sql', 'measured-lock']);
  });

  it('what a call locks is told', async () => {
    const live = `${LIVE}; CREATE FUNCTION locks() RETURNS void LANGUAGE sql AS 'LOCK TABLE users'`;
    const [file] = await measured(['SELECT locks()'], live);
    expect(file?.findings.map(({ rule, tables }) => [rule, tables])).toEqual([
      ['calls-function', []],
      ['measured-lock', ['public.users']],
    ]);
  });

  it('what the server refuses is an error with its SQLSTATE', async () => {
    const [file] = await measured([
      'ALTER TABLE users ADD COLUMN k int;\nALTER TABLE users DROP COLUMN nick_name;',
    ]);
    const [first, ...rest] = (file?.findings ?? []).filter(({ rule }) => rule === 'server-error');
    expect(first).toMatchObject({ hazard: 'fails-on-server', level: 'error', line: 2 });
    expect(first?.message).toMatch(/42703/);
    expect(rest).toEqual([]);
  });

  it('a table that only the shadow knows to be new is new', async () => {
    const made = `DO $$ BEGIN EXECUTE 'CREATE TABLE ' || 'made (id int)'; END $$`;
    expect(await rules([made, 'CREATE INDEX i ON made (id)'])).toEqual(['dynamic-sql']);
  });

  it('a refusal in one file hides none in the next', async () => {
    const nope = 'REFRESH MATERIALIZED VIEW nope;';
    for (const next of ['ADD COLUMN id int', 'ALTER gone SET DEFAULT 1']) {
      const [, second] = await measured([nope, `ALTER TABLE users ${next};`]);
      const found = standing(second?.findings ?? []).map(({ rule, level }) => [rule, level]);
      expect(found).toContainEqual(['server-error', 'error']);
    }
  });

  it('what follows from a refusal is not told again', async () => {
    const files = [
      'ALTER TABLE users ADD COLUMN k nosuch',
      'ALTER TABLE users ALTER k SET DEFAULT NULL',
    ];
    expect(await rules(files)).toEqual(['server-error']);
  });
});

describe('what a shadow does not have', () => {
  it('a role, an extension or rows are no finding', async () => {
    const sql = `GRANT SELECT ON users TO nobody_here; CREATE EXTENSION IF NOT EXISTS not_installed_here;
      ALTER TABLE users OWNER TO nobody_here; INSERT INTO stock (id, amount) VALUES (1, -5)`;
    expect(await rules([sql])).toEqual(['change-owner']);
  });

  it('a base that does not replay is named, and the rules judge alone', async () => {
    const live = `${LIVE}; ALTER TABLE nothing ADD COLUMN k int`;
    const [file] = await measured(['CREATE INDEX i ON users (age)'], live);
    expect(file?.findings.map(({ rule }) => rule)).toEqual([
      'base-not-replayed',
      'create-index-not-concurrently',
    ]);
    expect(file?.findings[0]?.message).toMatch(/001_live\.sql:\d+: .*42P01/);
  });

  it('a version that is not here is said once, and the rules judge alone', async () => {
    const notes: string[] = [];
    const judged = [source('CREATE INDEX i ON users (age)', '002_x.sql', '2')];
    const options = { target: shadow.majorVersion - 1, shadow: { url } };
    const [file] = await lintSources([source(LIVE, '001_live.sql', '1')], judged, {
      ...options,
      onNote: (text) => notes.push(text),
    });
    expect(file?.findings.map(({ rule }) => rule)).toEqual(['create-index-not-concurrently']);
    expect(notes).toEqual([expect.stringMatching(/^info: nothing was measured/)]);
  });
});

describe('measureStatements', () => {
  const folder = mkdtempSync(join(tmpdir(), 'measure-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('tells locks, rewrites, scans and the refusal of each statement', async () => {
    const files = {
      '001_a.sql': 'CREATE TABLE t (id int, a text);',
      '002_b.sql': `ALTER TABLE t ALTER a SET NOT NULL;\nALTER TABLE t ADD COLUMN k uuid DEFAULT gen_random_uuid();`,
      '003_c.sql': 'CREATE INDEX i ON t (a);',
      '004_d.sql': 'SELECT 1;\nDROP TABLE nowhere;',
      '005_e.sql': 'SELECT 2;',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    lockMigrations(folder);
    const steps = (await loadMigrations(folder)).map(
      (migration) => ({ migration, direction: 'up' }) as const,
    );
    const database = await shadow.createDatabase('measure');
    const client = new pg.Client({
      ...database.owner,
      password: await password(database.owner.password),
    });
    await client.connect();
    const found = await measureStatements(client, steps);
    await client.end();
    const exclusive = { relation: 'public.t', mode: 'ACCESS EXCLUSIVE' };
    expect(found.map(({ statements }) => statements)).toMatchObject([
      [{ locks: [], rewrites: [], scans: [] }],
      [
        { line: 1, locks: [exclusive], rewrites: [], scans: ['public.t'] },
        { line: 2, rewrites: ['public.t'] },
      ],
      [{ locks: [{ relation: 'public.t', mode: 'SHARE' }], rewrites: [], scans: ['public.t'] }],
      [{ error: null }, { line: 2, error: { sqlstate: '42P01' } }],
    ]);
  });
});

async function password(from: DatabaseTarget['password']): Promise<string> {
  return typeof from === 'function' ? from() : String(from);
}

describe('what is linted', () => {
  it('is run as a role that can neither run programs nor read files of the server', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lint-program-'));
    const file = join(folder, 'made');
    chmodSync(folder, 0o777);
    const copy = `COPY (SELECT 1) TO PROGRAM ''touch ${file}''`;
    try {
      await measured([`DO $$ BEGIN EXECUTE '${copy}'; END $$`]);
      expect(existsSync(file)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
