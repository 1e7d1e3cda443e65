import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  createDatabases,
  dropDatabases,
  fleetStatus,
  fleetUp,
  type Fleet,
  loadFleet,
  lockMigrations,
} from '../src/index.js';
import { adminUrl, targetOf, threeTables } from './fleet-fixture.js';

const MANY = 200;
const id = randomBytes(4).toString('hex');
const prefix = `many_${id}`;
const folder = mkdtempSync(join(tmpdir(), 'many-'));
const items = Array.from({ length: MANY }, (_, index) => `t${String(index).padStart(3, '0')}`);
const owner = { user: `${prefix}_owner`, password: 'owner-secret' };
const app = { user: `${prefix}_app`, password: 'app-secret' };
const server = new pg.Client({ connectionString: adminUrl() });
let fleet: Fleet;

/** One database is prepared, the others are copies of it that know their own names. */
async function makeDatabases(): Promise<void> {
  const spec = { service: 'template', database: prefix, owner, app };
  await createDatabases(targetOf(adminUrl()), [spec], { environment: 'test' });
  for (const item of items) {
    await server.query(`CREATE DATABASE ${prefix}_${item} TEMPLATE ${prefix} OWNER ${owner.user}`);
    const url = new URL(adminUrl());
    url.pathname = `/${prefix}_${item}`;
    const inside = new pg.Client({ connectionString: url.href });
    await inside.connect();
    await inside.query('UPDATE migrator.identity SET service = $1, database_uuid = $2', [
      `tenant-${item}`,
      randomUUID(),
    ]);
    await inside.end();
  }
}

function loadTenants(): Fleet {
  const { host } = new URL(adminUrl());
  const vars: Record<string, string> = { NODE_ENV: 'test', TENANTS: items.join(',') };
  for (const item of items) {
    vars[`${item.toUpperCase()}_MIGRATE_URL`] =
      `postgresql://${owner.user}:${owner.password}@${host}/${prefix}_${item}`;
  }
  const file = join(folder, 'fleet.yaml');
  writeFileSync(
    file,
    [
      'version: 1',
      'databases:',
      '  - name: tenant-${item}',
      '    forEach: { env: TENANTS }',
      `    database: ${prefix}_\${item_snake}`,
      '    url: ${ITEM}_DATABASE_URL',
      '    migrateUrl: ${ITEM}_MIGRATE_URL',
      '    migrations: ./tenants',
    ].join('\n'),
  );
  return loadFleet(file, vars);
}

beforeAll(async () => {
  await server.connect();
  mkdirSync(join(folder, 'tenants'));
  for (const [name, text] of Object.entries(threeTables)) {
    writeFileSync(join(folder, 'tenants', name), text);
  }
  lockMigrations(join(folder, 'tenants'));
  await makeDatabases();
  fleet = loadTenants();
}, 240_000);
afterAll(async () => {
  await server.end();
  const databases = [...items.map((item) => `${prefix}_${item}`), prefix];
  await dropDatabases(
    targetOf(adminUrl()),
    databases.map((database) => ({ database, roles: [] })),
  );
  const roles = [owner.user, app.user];
  await dropDatabases(targetOf(adminUrl()), [{ database: prefix, roles }]);
  rmSync(folder, { recursive: true });
}, 240_000);

/** The most connections of the owner at any look, while the work goes on. */
async function peakDuring(work: Promise<unknown>): Promise<number> {
  let [peak, ended] = [0, false];
  void work.finally(() => (ended = true)).catch(() => undefined);
  while (!ended) {
    const { rows } = await server.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = '${owner.user}'`,
    );
    peak = Math.max(peak, rows[0]?.count ?? 0);
  }
  return peak;
}

describe('two hundred databases of one template', () => {
  it('are all migrated in one run of four side by side, over few connections, and none waits for the end', async () => {
    const order: string[] = [];
    const run = fleetUp(fleet, {
      parallel: 4,
      reporter: (event) => event.type === 'database-done' && order.push(event.database),
    });
    const [peak, report] = await Promise.all([peakDuring(run), run]);
    expect(report).toMatchObject({ exitCode: 0, failed: [], untouched: [] });
    expect(report.done).toHaveLength(MANY);
    // A quarter of what is free waits for the run, eight look, and the server takes a moment to end one.
    const { rows } = await server.query<{ most: number }>(
      `SELECT current_setting('max_connections')::int AS most`,
    );
    expect(peak).toBeGreaterThan(1);
    expect(peak).toBeLessThanOrEqual(Math.ceil((rows[0]?.most ?? 0) / 4) + 12);
    const names = fleet.databases.map(({ name }) => name);
    const latest = order.map((name, done) => done - names.indexOf(name));
    // In turn: nobody ends more than a few places after his turn came.
    expect(Math.max(...latest)).toBeLessThanOrEqual(MANY / 4);
  }, 120_000);

  it('are known to be current afterwards, read over as few connections', async () => {
    const look = fleetStatus(fleet);
    const [peak, report] = await Promise.all([peakDuring(look), look]);
    expect(report.databases.map(({ state }) => state)).toEqual(items.map(() => 'current'));
    expect(peak).toBeLessThanOrEqual(8);
  }, 120_000);
});
