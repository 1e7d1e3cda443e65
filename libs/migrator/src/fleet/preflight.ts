import { type DatabaseTarget, showTarget } from '@fusion-prime/database/connection';
import type pg from 'pg';
import { awaitLockFree, demandOwnBackend, type LockHolder } from '../run/advisory-lock.js';
import { demandNothingToAdopt } from '../adopt/found-objects.js';
import { compare, type Comparison } from '../history/compare.js';
import type { FleetDatabase } from './fleet.js';
import { lastWords } from '../history/history.js';
import { type DatabaseState, demandIdentity, demandWritable, inspect } from './inspect.js';
import { loadMigrations } from '../sources/load-migrations.js';
import type { LoadMigrations } from '../sources/load-once.js';
import type { Migration } from '../sources/migration.js';
import { MigrationRefused } from '../refused.js';
import { demandResumable } from '../run/resume.js';
import { closeSession, openSession } from '../run/session.js';
import type { Sessions } from './sessions.js';

/** A database as it was found, before anything is changed. */
export interface Surveyed {
  database: FleetDatabase;
  target: DatabaseTarget;
  migrations: Migration[];
  state: DatabaseState;
  comparison: Comparison;
}

/** @throws {MigrationRefused} FLEET_URL_MISSING naming the variable */
export function targetOf(database: FleetDatabase): DatabaseTarget {
  const target = database.migrateUrl ?? database.url;
  if (target !== undefined) return target;
  throw new MigrationRefused(
    'FLEET_URL_MISSING',
    `${database.name}: ${database.migrateUrlVariable} is not set`,
  );
}

/** Where a database is, for people; the variable's name while it is not set. */
export function shownTarget(database: FleetDatabase): string {
  const target = database.migrateUrl ?? database.url;
  return target === undefined ? `$${database.migrateUrlVariable}` : showTarget(target);
}

/**
 * Reads one database and compares it with its migrations; changes nothing.
 *
 * @throws {MigrationRefused} anything that is wrong with it
 */
export async function survey(
  database: FleetDatabase,
  environment: string | undefined,
  load: LoadMigrations = loadMigrations,
): Promise<Surveyed> {
  const target = targetOf(database);
  const migrations = await load(database.migrations);
  const client = await openSession(target, database.name);
  try {
    return await surveyOver(client, { database, target, migrations, environment });
  } finally {
    await closeSession(client);
  }
}

/** How long a database whose lock is taken is waited for. */
export interface Patience {
  waitMs: number;
  signal: AbortSignal | undefined;
  onHolder: (holder: LockHolder) => void;
  load?: LoadMigrations;
  /** Where the session waits for the run. */
  sessions: Sessions;
}

/**
 * As {@link survey}, and everything else that must hold before this database may be changed. While
 * another run is at work here it is waited for: what it leaves behind is what has to be compared.
 *
 * @throws {MigrationRefused} anything that is wrong with it; LOCK_BUSY, BEHIND_POOLER, READ_ONLY
 */
export async function preflight(
  database: FleetDatabase,
  environment: string | undefined,
  patience: Patience,
): Promise<Surveyed> {
  const target = targetOf(database);
  const { load = loadMigrations, sessions } = patience;
  const { name } = database;
  const migrations = await load(database.migrations);
  const client = await openSession(target, name);
  try {
    const wait = { ...patience, database: name, target };
    let state = await inspect(client, name);
    await demandOwnBackend(client, { ...wait, answered: state.backendPid });
    if (state.holder !== null) {
      await awaitLockFree(client, wait);
      state = await inspect(client, name);
    }
    const surveyed = await judge(state, { database, target, migrations, environment });
    demandWritable(state, { target, name, environment });
    if (state.history.rows.length === 0) await demandNothingToAdopt(client, name);
    await sessions.park(name, client);
    return surveyed;
  } catch (error) {
    await closeSession(client);
    throw error;
  }
}

type Known = Pick<Surveyed, 'database' | 'target' | 'migrations'> & {
  environment: string | undefined;
};

export async function surveyOver(client: pg.Client, known: Known): Promise<Surveyed> {
  return judge(await inspect(client, known.database.name), known);
}

/** Compares what was seen of a database with what it should be. */
async function judge(state: DatabaseState, known: Known): Promise<Surveyed> {
  const { database, target, migrations, environment } = known;
  demandIdentity(state, { name: database.name, environment });
  const comparison = compareNamed(database.name, migrations, state);
  const { unfinished } = comparison;
  // Somebody who is at work on it right now will end it; what was left alone must tell how far it got.
  if (unfinished !== null && state.holder === null) {
    await demandResumable(database.name, { ...unfinished, unfinished: unfinished.direction });
  }
  return { database, target, migrations, state, comparison };
}

/** Refusals of the comparison with the database's name in front. */
function compareNamed(name: string, migrations: Migration[], state: DatabaseState): Comparison {
  try {
    return compare(migrations, lastWords(state.history.rows));
  } catch (error) {
    if (!(error instanceof MigrationRefused)) throw error;
    throw new MigrationRefused(error.code, `${name}: ${error.message}`, { cause: error });
  }
}
