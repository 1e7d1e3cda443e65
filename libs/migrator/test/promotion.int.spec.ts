import { afterEach, describe, expect, it } from '@jest/globals';
import { fleetUp, loadFleet } from '../src/index.js';
import { TestFleet, threeTables } from './fleet-fixture.js';

let fleets: TestFleet[] = [];
afterEach(async () => {
  for (const fleet of fleets) await fleet.drop();
  fleets = [];
});

async function fleetOf(environment: string, names: string[]): Promise<TestFleet> {
  const entries = names.map((name) => ({ name, files: threeTables }));
  const fleet = await TestFleet.create(entries, environment);
  fleets.push(fleet);
  return fleet;
}

describe('a run that only takes what was promoted', () => {
  it('refuses what staging has not applied, everywhere and before any change, and goes on after it', async () => {
    const staging = await fleetOf('staging', ['books', 'films']);
    const production = await fleetOf('production', ['books', 'films']);
    const options = { environment: 'production', promotedFrom: staging.load() };
    await fleetUp(staging.load(), { environment: 'staging', only: ['books'] });
    const refused = await fleetUp(production.load(), options);
    expect(refused).toMatchObject({ exitCode: 10, failed: ['films'], untouched: ['books'] });
    expect(refused.databases[1]?.problem).toMatchObject({
      code: 'NOT_PROMOTED',
      message: expect.stringMatching(/^films: 1 t1 is not applied in .*npx fp migrate up --fleet/),
    });
    expect(await production.tables('books')).toEqual([]);
    await fleetUp(staging.load(), { environment: 'staging' });
    expect(await fleetUp(production.load(), options)).toMatchObject({ exitCode: 0 });
  });

  it('refuses another text under the same number', async () => {
    const [staging, next] = [await fleetOf('staging', ['books']), await fleetOf('test', ['books'])];
    await fleetUp(staging.load(), { environment: 'staging' });
    next.write('books', '002_t2.sql', 'CREATE TABLE t2 (id bigint);');
    const report = await fleetUp(next.load(), { promotedFrom: staging.load() });
    expect(report.databases[0]?.problem?.message).toMatch(/2 t2 was applied with another checksum/);
    expect(await next.tables('books')).toEqual([]);
  });

  it('refuses what staging has undone, or does not have', async () => {
    const [staging, next] = [await fleetOf('test', ['films']), await fleetOf('test', ['books'])];
    const report = await fleetUp(next.load(), { promotedFrom: staging.load() });
    expect(report).toMatchObject({ exitCode: 10 });
    expect(report.databases[0]?.problem?.message).toMatch(/^books is not in .*fleet\.yaml$/);
  });

  it('does not take an answer that it cannot get, or that was tampered with', async () => {
    const [staging, next] = [await fleetOf('test', ['books']), await fleetOf('test', ['books'])];
    await fleetUp(staging.load());
    const url = staging.urlOf('books', 'owner').replace(/:\d+\//, ':1/');
    const away = loadFleet(staging.file, { ...staging.vars, BOOKS_MIGRATE_URL: url });
    const unreachable = await fleetUp(next.load(), { promotedFrom: away });
    expect(unreachable.databases[0]?.problem).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining(staging.file),
    });
    await staging.query('books', 'UPDATE migrator.head SET seq = 2');
    const tampered = await fleetUp(next.load(), { promotedFrom: staging.load() });
    expect(tampered.databases[0]?.problem?.code).toBe('HISTORY_TAMPERED');
    expect(await next.tables('books')).toEqual([]);
  });
});

describe('an extension that a pending migration creates', () => {
  it.each([
    [
      'that the server does not have',
      'CREATE EXTENSION "no-such-thing";',
      /extension no-such-thing,/,
    ],
    ['of a version that it does not have', `CREATE EXTENSION pg_trgm VERSION '99';`, /pg_trgm 99,/],
  ])('%s is found before any change', async (_what, sql, told) => {
    const fleet = await fleetOf('test', ['a', 'b']);
    fleet.write('b', '004_ext.sql', sql);
    const report = await fleetUp(fleet.load());
    expect(report).toMatchObject({ exitCode: 12, failed: ['b'], untouched: ['a'] });
    expect(report.databases[1]?.problem).toMatchObject({
      code: 'EXTENSION_MISSING',
      message: expect.stringMatching(told),
    });
    expect(await fleet.tables('a')).toEqual([]);
  });

  it('that the server has is created', async () => {
    const fleet = await fleetOf('test', ['a']);
    fleet.write('a', '004_ext.sql', `CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;`);
    const { exitCode, databases } = await fleetUp(fleet.load());
    expect([exitCode, databases[0]?.problem]).toEqual([0, null]);
  });
});
