import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Command } from 'commander';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCK_KEY } from '../../../libs/migrator/src/index.js';
import { adminUrl, TestFleet, threeTables } from '../../../libs/migrator/test/fleet-fixture.js';
import { buildProgram } from '../src/program.js';
import { jsonSchemaOf, publishedNames } from '../src/schemas/published.js';
import { type Answer, fpIn } from './fp-process.js';

const elsewhere = mkdtempSync(join(tmpdir(), 'fp-schemas-'));
const root = join(import.meta.dirname, '..', '..', '..');
const fp = fpIn(elsewhere);
const ajv = new Ajv2020({ strict: true, allErrors: true, validateFormats: false });
const validators = new Map<string, ValidateFunction>();
const met = new Set<string>();
let fleet: TestFleet;
let vars: Record<string, string>;

beforeAll(async () => {
  for (const name of publishedNames()) {
    validators.set(name, ajv.compile((await jsonSchemaOf(name)) ?? {}));
  }
  fleet = new TestFleet([
    { name: 'books', files: threeTables },
    {
      name: 'films',
      files: { ...threeTables, '004_v.sql': '-- migrate: transaction=none\nVACUUM nowhere' },
    },
  ]);
  vars = {
    ...fleet.vars,
    FP_ADMIN_URL: adminUrl(),
    SHADOW_URL: adminUrl(),
    FP_TOKEN: 'nobody',
    BOOKS_URL: 'http://127.0.0.1:1',
    FILMS_URL: 'http://127.0.0.1:1',
  };
});
afterAll(async () => {
  await fleet.drop();
  rmSync(elsewhere, { recursive: true });
});

const onFleet = (command: string, ...args: string[]): Promise<Answer> =>
  fp([...command.split(' '), ...args, '--fleet', fleet.file, '--json'], { vars });

/** Runs a command and holds what it printed against its published schema. */
async function demand(command: string, exitCode: number, ...args: string[]): Promise<Answer> {
  const answer = await onFleet(command, ...args);
  expect([
    command,
    answer.code,
    answer.code === exitCode ? '' : answer.stderr + answer.stdout,
  ]).toEqual([command, exitCode, '']);
  demandValid(command, answer.json);
  return answer;
}

function demandValid(command: string, document: unknown): void {
  expect({ command, wrong: wrongIn(command, document) }).toEqual({ command, wrong: [] });
  expect(document).not.toHaveProperty('error');
  met.add(command);
}

/** What breaks the schema; what the document is no error document for is left out. */
function wrongIn(name: string, document: unknown): string[] {
  const validate = validators.get(name);
  if (validate?.(document) !== false) return [];
  return (validate.errors ?? [])
    .filter(({ schemaPath, keyword }) => !schemaPath.startsWith('#/anyOf/1') && keyword !== 'anyOf')
    .map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
}

describe('what commands print with --json is what they publish', () => {
  it('while databases are made, migrated and looked at', async () => {
    await demand('databases create', 0, '--env', 'test');
    await demand('databases list', 0);
    await demand('migrate status', 0);
    // One of the two will fail, and its shadow knows.
    await demand('migrate plan', 5);
    await demand('migrate export', 0, '--only', 'books', '--dir', 'out');
    await demand('migrate verify-export', 3, '--only', 'books', '--dir', 'out');
    await demand('migrate up', 6);
    await demand('migrate history', 0);
    await demand('migrate status', 7);
    await demand('migrate drift', 7);
    await demand('migrate health', 7);
    await demand('health', 7);
    await demand('doctor', 7);
    await demand('verify', 15, '--no-persistence', '--wait', '1');
    await demand('events list', 0);
    await demand('events retry', 3, '--all');
    await demand('events discard', 3, '--all', '--yes');
  });

  it('while a person decides, and on the way back', async () => {
    const decision = ['films', '--number', '4', '--as', 'not-applied', '--reason', 'looked'];
    await demand('migrate repair', 0, ...decision);
    await demand('migrate unlock', 0, 'books');
    const holder = await fleet.client('books', 'owner');
    await holder.query(`SELECT pg_advisory_lock(${LOCK_KEY})`);
    await demand('migrate unlock', 0, 'books', '--yes');
    await demand('migrate backup', 13, '--backup-command', 'test $FP_SERVICE = books');
    await demand('migrate down', 0, '--only', 'books');
    await demand('migrate new', 0, 'books', 'next');
    writeFileSync(join(fleet.migrations('books'), '004_next.sql'), 'CREATE TABLE next (id int);');
    writeFileSync(join(fleet.migrations('books'), '004_next_down.sql'), 'DROP TABLE next;');
    await demand('migrate lock', 0);
  });

  it('while migrations are proved', async () => {
    await demand('migrate verify', 0, '--only', 'books');
    const lint = await fp([
      'migrate',
      'lint',
      '--dir',
      fleet.migrations('books'),
      '--no-shadow',
      '--json',
    ]);
    demandValid('migrate lint', lint.json);
    demandValid('audit', (await fpIn(root)(['audit', '--json', '.github'])).json);
    const generate = ['migrate', 'generate', '--check', '--only', 'price-oracle', '--json'];
    demandValid(
      'migrate generate',
      (await fpIn(root)(generate, { vars: { SHADOW_URL: adminUrl() } })).json,
    );
  });

  it('when a database is adopted, and when all are dropped', async () => {
    await demand('databases drop', 0, '--env', 'test', '--yes');
    await demand('databases create', 0, '--env', 'test', '--only', 'books');
    const client = await fleet.client('books', 'owner');
    await client.query('CREATE TABLE t1 (id int); CREATE TABLE t2 (id int)');
    await client.end();
    await demand('migrate adopt', 0, 'books', '--yes');
  });

  it('when secrets are made', async () => {
    const folder = mkdtempSync(join(elsewhere, 'secrets-'));
    const server = ['--folder', folder, '--server', 'postgres'];
    await demand('secrets create', 0, ...server);
  });

  it('when a token is made', async () => {
    const checkout = mkdtempSync(join(elsewhere, 'checkout-'));
    writeFileSync(join(checkout, 'nx.json'), '{}');
    const { ensureIssuer } = await import('../src/issuer.js');
    await ensureIssuer(join(checkout, '.data', 'auth'));
    const { json } = await fpIn(checkout)(['token', '--scope', 'alert:read', '--json']);
    demandValid('token', json);
  });

  it('line by line, for those who read events', async () => {
    const { stdout } = await fp(
      [
        'migrate',
        'up',
        '--only',
        'books',
        '--json-lines',
        '--fleet',
        fleet.file,
        '--backup-command',
        'echo x',
      ],
      { vars },
    );
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(lines.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['backed-up', 'migration-applied', 'report']),
    );
    for (const line of lines)
      expect({ line, wrong: wrongIn('events', line) }).toEqual({ line, wrong: [] });
    met.add('events');
  });

  it('and every published schema was met by a real document', () => {
    expect(publishedNames().filter((name) => !met.has(name))).toEqual([]);
  });
});

describe('a schema', () => {
  it('is published for every command that knows --json', () => {
    const commands: string[] = [];
    const walk = (command: Command, path: string[]): void => {
      if (command.options.some(({ long }) => long === '--json')) commands.push(path.join(' '));
      for (const inner of command.commands) walk(inner, [...path, inner.name()]);
    };
    walk(buildProgram(), []);
    const published = publishedNames().filter((name) => name !== 'events');
    expect(commands.sort()).toEqual(published.sort());
  });

  it('knows nothing that it does not name', async () => {
    const { json } = await onFleet('migrate status');
    const validate = validators.get('migrate status');
    expect(validate?.({ ...json, extra: 1 })).toBe(false);
    const rest = Object.entries(json).filter(([key]) => key !== 'command');
    expect(validate?.(Object.fromEntries(rest))).toBe(false);
  });

  it('covers the error of a command that could not begin', async () => {
    const { code, json } = await onFleet('migrate status', '--only', 'nobody');
    expect([code, validators.get('migrate status')?.(json)]).toEqual([2, true]);
  });

  it('is printed by name, with or without migrate; without a name the names are', async () => {
    const [long, short] = [await fp(['schema', 'migrate', 'up']), await fp(['schema', 'up'])];
    expect([long.code, long.stdout]).toEqual([0, short.stdout]);
    expect(JSON.parse(long.stdout)).toMatchObject({ $schema: expect.stringContaining('2020-12') });
    expect((await fp(['schema'])).stdout.trim().split('\n')).toEqual(publishedNames());
    const unknown = await fp(['schema', 'sideways']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('migrate plan')]);
  });
});
