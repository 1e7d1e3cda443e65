import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabases, type FleetDatabase } from '../src/index.js';
import { adminUrl, TestFleet, targetOf } from './fleet-fixture.js';

export const NAME = 'books';
export const shadow = { url: targetOf(adminUrl()) };
const examples = join(import.meta.dirname, '..', '..', '..', 'examples', 'adoption');

/** A folder of examples/adoption: its migrations by file name. */
export function migrationsOf(example: string): Record<string, string> {
  const folder = join(examples, example, 'migrations');
  return Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file.endsWith('.sql'))
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
}

export const scriptOf = (file: string): string => readFileSync(join(examples, file), 'utf8');

/** A database that its one user made, before anybody knew of this platform. */
export class ForeignDatabase {
  private constructor(
    readonly fleet: TestFleet,
    readonly user: string,
  ) {}

  /** @param sql what the user typed, or had typed */
  static async create(files: Record<string, string>, sql: string): Promise<ForeignDatabase> {
    const user = `old_${randomBytes(4).toString('hex')}`;
    const foreign = new ForeignDatabase(new TestFleet([{ name: NAME, files }]), user);
    const { database } = foreign.fleet.spec(NAME);
    await asAdmin(`CREATE ROLE ${user} LOGIN PASSWORD 'old-secret'`);
    await asAdmin(`CREATE DATABASE ${database} OWNER ${user} TEMPLATE template0`);
    await foreign.asUser(sql);
    return foreign;
  }

  /** As `fp databases create --existing` does. */
  async takeOver(): Promise<this> {
    await createDatabases(shadow.url, this.fleet.specs, { environment: 'test', existing: true });
    return this;
  }

  /** With today's user. */
  async asUser(sql: string): Promise<pg.QueryResult> {
    const url = new URL(this.fleet.urlOf(NAME));
    [url.username, url.password] = [this.user, 'old-secret'];
    return query(url.href, sql);
  }

  async as(role: 'owner' | 'app', sql: string): Promise<pg.QueryResult> {
    return query(this.fleet.urlOf(NAME, role), sql);
  }

  get database(): FleetDatabase {
    const [only] = this.fleet.load().databases;
    if (only === undefined) throw new Error('the fleet is empty');
    return only;
  }

  /** Who owns the tables of the user. */
  async owners(): Promise<string[]> {
    const rows = await this.fleet.query<{ owner: string }>(
      NAME,
      `SELECT DISTINCT tableowner AS owner FROM pg_tables WHERE schemaname = 'public'`,
    );
    return rows.map(({ owner }) => owner);
  }

  async drop(): Promise<void> {
    await this.fleet.drop();
    await asAdmin(`DROP ROLE ${this.user}`);
  }
}

async function asAdmin(sql: string): Promise<void> {
  await query(adminUrl(), sql);
}

async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
