import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fleetVariables, loadFleet } from './fleet.js';
import { inOrder, select } from './fleet-order.js';
import { MigrationRefused } from '../refused.js';

const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fleetOf(yaml: string): string {
  const file = join(folder, 'fleet.yaml');
  writeFileSync(file, yaml);
  return file;
}

function entry(name: string, rest = ''): string {
  const key = name.toUpperCase().replaceAll('-', '_');
  return `  - { name: ${name}, database: ${name}_db, url: ${key}_URL, migrations: ./${name}${rest} }\n`;
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof MigrationRefused) return `${error.code} ${error.exitCode}`;
    throw error;
  }
  return 'accepted';
}

const url = (database: string, host = '127.0.0.1'): string =>
  `postgresql://someone:secret@${host}:5432/${database}`;

describe('a fleet file', () => {
  it.each([
    ['no version', 'databases:\n' + entry('a'), 'FLEET_INVALID 2'],
    ['another version', 'version: 2\ndatabases:\n' + entry('a'), 'FLEET_INVALID 2'],
    ['no database', 'version: 1\ndatabases: []', 'FLEET_INVALID 2'],
    ['an unknown key', 'version: 1\nowner: me\ndatabases:\n' + entry('a'), 'FLEET_INVALID 2'],
    [
      'a misspelled key',
      'version: 1\ndatabases:\n' + entry('a', ', dependOn: []'),
      'FLEET_INVALID 2',
    ],
    [
      'a URL where a variable belongs',
      `version: 1\ndatabases:\n  - { name: a, database: a, url: 'postgresql://x', migrations: . }`,
      'FLEET_INVALID 2',
    ],
    ['broken YAML', 'version: 1\ndatabases: [', 'FLEET_INVALID 2'],
    ['one key twice', 'version: 1\nversion: 1\ndatabases:\n' + entry('a'), 'FLEET_INVALID 2'],
    ['one name twice', 'version: 1\ndatabases:\n' + entry('a') + entry('a'), 'FLEET_DUPLICATE 2'],
    [
      'one variable twice',
      'version: 1\ndatabases:\n' + entry('a') + entry('b').replace('B_URL', 'A_URL'),
      'FLEET_DUPLICATE 2',
    ],
    [
      'an unknown dependency',
      'version: 1\ndatabases:\n' + entry('a', ', dependsOn: [z]'),
      'FLEET_UNKNOWN_NAME 2',
    ],
    [
      'a circle',
      'version: 1\ndatabases:\n' + entry('a', ', dependsOn: [b]') + entry('b', ', dependsOn: [a]'),
      'FLEET_CYCLE 2',
    ],
    [
      'a circle of one',
      'version: 1\ndatabases:\n' + entry('a', ', dependsOn: [a]'),
      'FLEET_CYCLE 2',
    ],
  ])('with %s is refused', (_what, yaml, expected) => {
    const file = fleetOf(yaml);
    expect(refusal(() => loadFleet(file, {}))).toBe(expected);
  });

  it('that does not exist is refused', () => {
    expect(refusal(() => loadFleet(join(folder, 'none.yaml'), {}))).toBe('FLEET_NOT_FOUND 2');
  });

  it('names every defect at once', () => {
    const file = fleetOf('version: 3\nextra: 1\ndatabases:\n  - { name: A }');
    expect(() => loadFleet(file, {})).toThrow(/extra[^]*version[^]*name[^]*database[^]*url/);
  });

  it('is ordered by dependency, then by name', () => {
    const file = fleetOf(
      'version: 1\ndatabases:\n' +
        entry('alert', ', dependsOn: [risk]') +
        entry('risk', ', dependsOn: [settlement]') +
        entry('settlement', ', dependsOn: [price, compliance]') +
        entry('price') +
        entry('compliance'),
    );
    const names = loadFleet(file, {}).databases.map(({ name }) => name);
    expect(names).toEqual(['compliance', 'price', 'settlement', 'risk', 'alert']);
  });

  it('tells the variables that it wants', () => {
    const file = fleetOf('version: 1\ndatabases:\n' + entry('a', ', migrateUrl: A_OWNER'));
    expect(fleetVariables(file)).toEqual(['A_URL', 'A_OWNER']);
  });
});

describe('the URLs of a fleet', () => {
  const two = 'version: 1\ndatabases:\n' + entry('a') + entry('b');

  it('may be missing until they are needed', () => {
    expect(loadFleet(fleetOf(two), {}).databases.map((one) => one.url)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['the same text', url('x'), url('x')],
    ['other letters', url('x', 'DB.example'), url('x', 'db.example')],
    ['localhost by another name', url('x', 'localhost'), url('x', '127.0.0.1')],
    ['another role', url('x'), url('x').replace('someone', 'other')],
  ])('are refused when two databases have one: %s', (_how, a, b) => {
    const vars = { NODE_ENV: 'test', A_URL: a, B_URL: b };
    expect(refusal(() => loadFleet(fleetOf(two), vars))).toBe('FLEET_SAME_URL 2');
  });

  it('are all checked before any is used, and no password is shown', () => {
    const vars = { A_URL: 'sqlite:///x.db', B_URL: 'mysql://root:hunter2@h/d' };
    const load = (): unknown => loadFleet(fleetOf(two), vars);
    expect(refusal(load)).toBe('FLEET_URL_INVALID 2');
    expect(load).toThrow(/A_URL: DBCFG_SCHEME_FORBIDDEN[^]*B_URL: DBCFG_SCHEME/);
    expect(load).not.toThrow(/hunter2/);
  });
});

describe('a selection', () => {
  const entries = inOrder([
    { name: 'a', dependsOn: [] },
    { name: 'b', dependsOn: ['a'] },
    { name: 'c', dependsOn: [] },
  ]);
  const names = (only: string[], skip: string[]): string[] =>
    select(entries, { only, skip }).map(({ name }) => name);

  it('keeps the order of the fleet', () => expect(names(['c', 'a'], [])).toEqual(['a', 'c']));
  it('leaves out what is skipped', () => expect(names([], ['a'])).toEqual(['b', 'c']));
  it('refuses a name that the fleet does not have', () => {
    expect(refusal(() => names(['nobody'], []))).toBe('FLEET_UNKNOWN_NAME 2');
  });
});
