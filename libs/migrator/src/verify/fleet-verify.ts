import type { Fleet, FleetDatabase } from '../fleet/fleet.js';
import { select } from '../fleet/fleet-order.js';
import { exitCodeOf, problemOf } from '../fleet/problem.js';
import type { Problem } from '../fleet/reports.js';
import { sideBySide } from '../fleet/side-by-side.js';
import { closeSession, openSession } from '../run/session.js';
import { type Shadow, type ShadowOptions, withShadow } from '../shadow/shadow.js';
import { loadMigrations } from '../sources/load-migrations.js';
import type { Migration } from '../sources/migration.js';
import { comingChecks } from './coming-checks.js';
import { type VerifiedDatabase, verifyDatabase } from './verify-database.js';

export interface FleetVerifyOptions {
  only?: readonly string[];
  skip?: readonly string[];
  shadow?: ShadowOptions;
  /** Rows for each table; default 5. */
  rows?: number;
}

export interface DatabaseVerification extends VerifiedDatabase {
  name: string;
  durationMs: number;
  problem: Problem | null;
}

export interface FleetVerifyReport {
  command: 'verify';
  exitCode: number;
  majorVersion: number;
  durationMs: number;
  databases: DatabaseVerification[];
}

// More only queue for the same processors, and the server's, on a small machine.
const AT_ONCE = 3;
const ROWS = 5;
const EXIT_DRIFT = 4;

/**
 * Proves on a shadow that every migration of the fleet can be taken up, down and up again, over rows.
 * The live databases are not touched, not even asked.
 *
 * @returns exit code 4 when a way back does not restore the schema, 5 when a migration fails
 * @throws {MigrationRefused} FLEET_UNKNOWN_NAME, SHADOW_UNAVAILABLE
 */
export async function fleetVerify(
  fleet: Fleet,
  options: FleetVerifyOptions = {},
): Promise<FleetVerifyReport> {
  const started = performance.now();
  const selected = select(fleet.databases, options);
  return withShadow({ ...options.shadow, apartFrom: selected }, async (shadow) => {
    const databases = await sideBySide(selected, AT_ONCE, (one) =>
      verifyOne(one, shadow, options.rows ?? ROWS),
    );
    const differs = databases.some(({ migrations }) =>
      migrations.some(({ wayBack }) => wayBack === 'differs'),
    );
    const failed = exitCodeOf(databases.map(({ problem }) => problem));
    return {
      command: 'verify',
      exitCode: failed === 0 && differs ? EXIT_DRIFT : failed,
      majorVersion: shadow.majorVersion,
      durationMs: Math.round(performance.now() - started),
      databases,
    };
  });
}

async function verifyOne(
  { name, migrations: folder }: FleetDatabase,
  shadow: Shadow,
  rows: number,
): Promise<DatabaseVerification> {
  const started = performance.now();
  const took = (): number => Math.round(performance.now() - started);
  try {
    const migrations = await loadMigrations(folder);
    const coming = await rehearsed(shadow, name, migrations);
    const database = await shadow.createDatabase(name);
    const client = await openSession(database.owner, name);
    try {
      const verified = await verifyDatabase(client, database, { migrations, rows, coming });
      return { name, ...verified, durationMs: took(), problem: null };
    } finally {
      await closeSession(client);
    }
  } catch (error) {
    return { name, migrations: [], unseeded: [], durationMs: took(), problem: problemOf(error) };
  }
}

async function rehearsed(
  shadow: Shadow,
  name: string,
  migrations: readonly Migration[],
): ReturnType<typeof comingChecks> {
  const database = await shadow.createDatabase(name);
  const client = await openSession(database.owner, name);
  try {
    return await comingChecks(client, migrations);
  } finally {
    await closeSession(client);
    await database.drop();
  }
}
