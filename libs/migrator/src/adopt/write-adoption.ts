import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type pg from 'pg';
import { readSchema, type Schema } from '../catalogue/catalogue.js';
import { recordedFingerprint } from '../catalogue/recorded-fingerprint.js';
import type { CatalogueRoles } from '../catalogue/service-roles.js';
import type { FleetDatabase } from '../fleet/fleet.js';
import { applyRules, type FleetRunOptions } from '../fleet/options.js';
import { readHistory } from '../history/history.js';
import type { ChainHead } from '../history/history-row.js';
import { MigrationRefused } from '../refused.js';
import { takeLock } from '../run/advisory-lock.js';
import {
  commit,
  type LockedDatabase,
  record,
  type Recorded,
  type RunIdentity,
} from '../run/record.js';
import { resetSession, rollBack } from '../run/session.js';
import type { Migration } from '../sources/migration.js';
import { quoteName } from '../sources/sql-quote.js';
import { alembicVersionOf } from './alembic-version.js';
import { transferOwnership, type Transferred } from './transfer-ownership.js';

export interface Adoption {
  database: FleetDatabase;
  target: DatabaseTarget;
  /** Of the schema that was recognised. */
  fingerprint: string;
  /** How long the history was then. */
  historyRows: number;
  /** Those to be recorded, in order; none when only ownership is transferred. */
  migrations: readonly Migration[];
  alembicVersion: string | null;
  roles: CatalogueRoles;
  options: Pick<FleetRunOptions, 'lockWaitMs' | 'reporter'> & { transferOwnership?: boolean };
  run: RunIdentity;
}

export interface Written {
  transferred: Transferred | null;
  after: Schema;
}

/**
 * Everything in one transaction under the lock: a crash at any point leaves the database as it was found.
 *
 * @throws {MigrationRefused} LOCK_BUSY, RIGHTS_MISSING; ADOPT_NEEDED when the schema or the history moved since it
 *   was looked at
 */
export async function writeAdoption(client: pg.Client, adoption: Adoption): Promise<Written> {
  const { database, target, options } = adoption;
  const { name } = database;
  const { lockWaitMs: waitMs, emit, session } = applyRules(options);
  await resetSession(client, session);
  const lockWaitMs = await takeLock(client, {
    database: name,
    target,
    waitMs,
    onHolder: (holder) => emit({ type: 'lock-busy', database: name, holder }),
  });
  const head = await demandUnmoved(client, adoption);
  const { processID: pid } = client as typeof client & { processID: number };
  const locked: LockedDatabase = { database: name, target, client, pid, head, lockWaitMs };
  try {
    await client.query('BEGIN');
    const transferred =
      options.transferOwnership === true
        ? await transferOwnership(client, demandRoles(adoption), name)
        : null;
    await recordAll(locked, adoption, transferred);
    const after = await readSchema(client);
    await commit(client);
    return { transferred, after };
  } catch (error) {
    await rollBack(client);
    throw error;
  }
}

function demandRoles({ roles, database }: Adoption): CatalogueRoles {
  if (roles.app !== '') return roles;
  throw new MigrationRefused(
    'FLEET_URL_MISSING',
    `${database.name}: ${database.urlVariable} is not set: it names the role that gets the rights`,
  );
}

/** Between the look and the lock somebody may have answered a question for an hour. */
async function demandUnmoved(client: pg.Client, adoption: Adoption): Promise<ChainHead> {
  const { database, historyRows, fingerprint } = adoption;
  const { rows, head } = await readHistory(client, database.name);
  const live = recordedFingerprint(await readSchema(client));
  if (rows.length === historyRows && live === fingerprint) return head;
  throw new MigrationRefused(
    'ADOPT_NEEDED',
    `${database.name}: the database changed while it was looked at; nothing was written. Again:  ` +
      `npx fp migrate adopt ${database.name}`,
  );
}

async function recordAll(
  locked: LockedDatabase,
  adoption: Adoption,
  transferred: Transferred | null,
): Promise<void> {
  const { client } = locked;
  const { migrations, run, roles } = adoption;
  const error = await noteOf(client, adoption, transferred);
  const startedAt = new Date();
  let { head } = locked;
  for (const migration of migrations) {
    const { number, name, sha256, typeormName } = migration;
    // A row that is only said again stays what it was: a history of adopted rows is judged by other rules.
    const origin = adoption.historyRows === 0 ? 'adopt' : migration.origin;
    const last = migration === migrations.at(-1);
    const adopted: Recorded = {
      migration: { number, name, sha256, typeormName, origin },
      direction: 'up',
      script: { transactional: migration.up.transactional },
      startedAt,
      retries: 0,
      progress: { statements: 0 },
      last,
    };
    const outcome = { status: 'applied', error } as const;
    head = await record({ ...locked, head }, adopted, { outcome, run });
  }
  await giveBookToOwner(client, roles.owner, locked.target.user);
}

/** Goes into every adopted row. */
async function noteOf(
  client: pg.Client,
  { alembicVersion, historyRows }: Adoption,
  transferred: Transferred | null,
): Promise<string> {
  // What an owner's role could not read before, it can once the table is its own.
  const version = transferred === null ? alembicVersion : await alembicVersionOf(client);
  const alembic = version === null ? '' : `; alembic_version ${version}`;
  const from =
    transferred === null
      ? ''
      : `; ${transferred.objects} objects of ${transferred.from.join(', ')} transferred`;
  return `${historyRows === 0 ? 'adopted' : 'ownership'}${alembic}${from}`;
}

/** An administrator who records for a class makes TypeORM's table, and must not keep it. */
async function giveBookToOwner(client: pg.Client, owner: string, user: string): Promise<void> {
  if (user === owner) return;
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('public.migrations') IS NOT NULL AS there`,
  );
  if (rows[0]?.there !== true) return;
  await client.query(`ALTER TABLE public.migrations OWNER TO ${quoteName(owner)}`);
}
