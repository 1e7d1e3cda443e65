import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDatabaseUrl } from '@fusion-prime/database/connection';
import { createDatabases, lockMigrations } from '@fusion-prime/migrator';
import pg from 'pg';
import type { BenchServer } from './server.js';

/** What every contestant runs in every database: two migrations, as each of them wants it written. */
const UP = [
  `CREATE TABLE accounts (id bigint PRIMARY KEY, owner text NOT NULL, balance numeric(38,18) NOT NULL);
CREATE INDEX accounts_owner ON accounts (owner);`,
  `CREATE TABLE transfers (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id), amount numeric(38,18) NOT NULL);
ALTER TABLE accounts ADD COLUMN closed_at timestamptz;`,
];
const DOWN = [
  'DROP TABLE accounts;',
  'ALTER TABLE accounts DROP COLUMN closed_at; DROP TABLE transfers;',
];
const NAMES = ['create_accounts', 'create_transfers'];

export interface BenchFleet {
  /** One for each database: owner's connection string. */
  urls: string[];
  fleetFile: string;
  /** Variables that the fleet file names. */
  variables: Record<string, string>;
  folders: { ours: string; dbmate: string; nodePgMigrate: string; typeorm: string };
  /** Every database back to empty, with its identity and an empty history. */
  reset: () => Promise<void>;
}

/** Databases as `fp databases create` makes them; the peers use the same ones. */
export async function benchFleet(server: BenchServer, size: number): Promise<BenchFleet> {
  const names = Array.from({ length: size }, (_, i) => `bench${size}_${i + 1}`);
  const role = (user: string) => ({ user, password: 'bench-only' });
  const specs = names.map((database, i) => ({
    service: `bench-${i + 1}`,
    database,
    owner: role(`bench${size}_owner`),
    app: role(`bench${size}_app`),
  }));
  const { target } = parseDatabaseUrl(server.adminUrl, {
    ...{ audience: 'tool', allowLoopback: true, variable: 'ADMIN_URL' },
  });
  if (target === undefined) throw new Error('the server gave a URL that nobody can read');
  await createDatabases(target, specs, { environment: 'test' });
  const { host } = new URL(server.adminUrl);
  const urls = specs.map(
    ({ database, owner }) => `postgresql://${owner.user}:${owner.password}@${host}/${database}`,
  );
  const fleetFile = join(server.folder, `fleet-${size}.yaml`);
  const variables = Object.fromEntries(urls.map((url, i) => [`BENCH_${i + 1}_URL`, url]));
  const folders = writeMigrations(server.folder);
  writeFileSync(fleetFile, fleetYaml(specs.map(({ service }) => service)));
  return { urls, fleetFile, variables, folders, reset: () => reset(server.adminUrl, names) };
}

function fleetYaml(services: readonly string[]): string {
  const entries = services.map(
    (name, i) =>
      `  - { name: ${name}, database: b${i + 1}, url: BENCH_${i + 1}_URL, migrations: ./ours }`,
  );
  return `version: 1\ndatabases:\n${entries.join('\n')}\n`;
}

function writeMigrations(folder: string): BenchFleet['folders'] {
  const of = (name: string): string => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  const folders = {
    ours: of('ours'),
    dbmate: of('dbmate'),
    nodePgMigrate: of('node-pg-migrate'),
    typeorm: of('typeorm'),
  };
  NAMES.forEach((name, i) => {
    const [up, down] = [UP[i] ?? '', DOWN[i] ?? ''];
    writeFileSync(join(folders.ours, `00${i + 1}_${name}.sql`), `${up}\n`);
    writeFileSync(join(folders.ours, `00${i + 1}_${name}_down.sql`), `${down}\n`);
    writeFileSync(
      join(folders.dbmate, `2026010100000${i + 1}_${name}.sql`),
      `-- migrate:up\n${up}\n-- migrate:down\n${down}\n`,
    );
    writeFileSync(
      join(folders.nodePgMigrate, `176000000000${i}_${name}.sql`),
      `-- Up Migration\n${up}\n-- Down Migration\n${down}\n`,
    );
  });
  lockMigrations(folders.ours);
  writeFileSync(join(folders.typeorm, 'data-source.cjs'), typeormSource());
  return folders;
}

function typeormSource(): string {
  const classes = NAMES.map((_, i) => {
    const queries = (sql = '') => sql.split(';').filter((text) => text.trim() !== '');
    const body = (sql?: string): string =>
      queries(sql)
        .map((text) => `await q.query(${JSON.stringify(text)});`)
        .join(' ');
    return `class Bench${i}176000000000${i} { async up(q) { ${body(UP[i])} } async down(q) { ${body(DOWN[i])} } }`;
  });
  const list = NAMES.map((_, i) => `Bench${i}176000000000${i}`).join(', ');
  return `const { DataSource } = require(process.env.BENCH_TYPEORM);
${classes.join('\n')}
module.exports = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL, migrations: [${list}] });
`;
}

/**
 * Not dropped and made again: the first connection to a new database builds its catalogue cache, which
 * nobody's deployment waits for.
 */
async function reset(adminUrl: string, names: readonly string[]): Promise<void> {
  for (const database of names) {
    const url = new URL(adminUrl);
    url.pathname = `/${database}`;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const owner = database.replace(/_\d+$/, '_owner');
    await client.query(`
      SET session_replication_role = replica; SET synchronous_commit = off;
      DELETE FROM migrator.history;
      UPDATE migrator.head SET seq = 0, hash = decode(repeat('00', 32), 'hex');
      DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION ${owner}`);
    await client.end();
  }
}
