import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type pg from 'pg';
import { readSchema, type Schema } from '../catalogue/catalogue.js';
import { recordedFingerprint } from '../catalogue/recorded-fingerprint.js';
import type { Difference } from '../catalogue/compare-catalogues.js';
import { compareTolerantly } from '../drift/tolerances.js';
import { ExpectedSchemas } from '../drift/expected-schemas.js';
import type { FleetDatabase } from '../fleet/fleet.js';
import { demandIdentity, demandWritable, inspect } from '../fleet/inspect.js';
import { applyRules, type FleetRunOptions } from '../fleet/options.js';
import { shownTarget, targetOf } from '../fleet/preflight.js';
import { compare } from '../history/compare.js';
import { lastWords } from '../history/history.js';
import { MigrationRefused } from '../refused.js';
import { demandOwnBackend } from '../run/advisory-lock.js';
import type { MigrationRef } from '../run/events.js';
import { closeSession, openSession } from '../run/session.js';
import { loadMigrations } from '../sources/load-migrations.js';
import type { Migration } from '../sources/migration.js';
import type { AdoptProposal, AdoptReport } from './adopt-report.js';
import { alembicVersionOf } from './alembic-version.js';
import { foundObjects } from './found-objects.js';
import { ADOPT_TOLERANCES, recognise, type Recognised } from './recognise.js';
import { type Adoption, writeAdoption } from './write-adoption.js';

export interface AdoptOptions extends Pick<
  FleetRunOptions,
  'environment' | 'lockWaitMs' | 'gitSha' | 'reporter'
> {
  /** Only this version will do. */
  to?: string;
  /** Gives the objects to the owner's role, and the service its rights on them. */
  transferOwnership?: boolean;
  /** Who may do that, when the owner's own role may not: an administrator, in any database. */
  admin?: DatabaseTarget | undefined;
  /** Where versions are replayed; by default a server is started for it. */
  shadow?: { url?: DatabaseTarget | undefined };
  /** Gets what will be written; lets it be by throwing. */
  confirm?: (proposal: AdoptProposal) => Promise<void>;
}

/**
 * Takes a database over that SQLAlchemy, Alembic or a person made: finds the version whose replay is the live
 * schema, and records it and all before it as applied, in one transaction under the engine's lock.
 *
 *   empty                    nothing to do, `up` runs everything
 *   objects, no history      recognise · confirm · lock · look again · history rows · COMMIT
 *   history                  ADOPT_NOT_NEEDED; with `transferOwnership` that alone is done
 *
 * @throws {MigrationRefused} ADOPT_NO_MATCH, ADOPT_AMBIGUOUS, ADOPT_NOT_NEEDED, RIGHTS_MISSING, UNKNOWN_VERSION,
 *   SHADOW_UNAVAILABLE; whatever keeps `up` from changing this database; and what `confirm` throws
 * @example await adoptDatabase(books, { confirm: async ({ version }) => console.error(version) });
 */
export async function adoptDatabase(
  database: FleetDatabase,
  options: AdoptOptions = {},
): Promise<AdoptReport> {
  const { name } = database;
  const owner = targetOf(database);
  const migrations = await loadMigrations(database.migrations);
  const target = withAdmin(owner, options);
  const client = await openSession(target, name);
  try {
    await demandOwnBackend(client, { target, database: name });
    const look = await lookAt(client, { database, target, migrations, options });
    if (look.state === 'empty') return reportOf(look, { outcome: 'empty', recognised: null });
    const recognised = look.state === 'history' ? null : await recogniseLive(look);
    const proposal = proposalOf(look, recognised);
    await options.confirm?.(proposal);
    const adoption: Adoption = {
      database,
      target,
      fingerprint: recordedFingerprint(look.live),
      historyRows: look.historyRows,
      // Who owns what is part of the schema: the newest row is said again, with the fingerprint of now.
      migrations: recognised?.migrations ?? (look.newest === null ? [] : [look.newest]),
      alembicVersion: look.alembicVersion,
      roles: { owner: owner.user, app: database.url?.user ?? '' },
      options,
      run: applyRules(options).run,
    };
    const { transferred, after } = await writeAdoption(client, adoption);
    const outcome = recognised === null ? 'transferred' : 'adopted';
    const report = reportOf(look, { outcome, recognised });
    return { ...report, transferred, remaining: remainingOf(recognised, after) };
  } finally {
    await closeSession(client);
  }
}

/** Ownership can only be given away by who has it, which the new owner's role seldom does. */
function withAdmin(
  owner: DatabaseTarget,
  { admin, transferOwnership }: AdoptOptions,
): DatabaseTarget {
  if (transferOwnership !== true || admin === undefined) return owner;
  return { ...admin, database: owner.database };
}

interface LookInput {
  database: FleetDatabase;
  target: DatabaseTarget;
  migrations: Migration[];
  options: AdoptOptions;
}

interface Look extends LookInput {
  state: 'empty' | 'objects' | 'history';
  live: Schema;
  historyRows: number;
  /** The newest that stands applied. */
  newest: Migration | null;
  alembicVersion: string | null;
}

async function lookAt(client: pg.Client, input: LookInput): Promise<Look> {
  const { database, target, options } = input;
  const { name } = database;
  const meant = { name, environment: options.environment };
  const state = await inspect(client, name);
  demandIdentity(state, meant);
  demandWritable(state, { ...meant, target });
  const { rows } = state.history;
  if (rows.length > 0 && options.transferOwnership !== true) {
    throw new MigrationRefused(
      'ADOPT_NOT_NEEDED',
      `${name}: this database has a history of ${rows.length} rows: npx fp migrate status --only ${name}`,
    );
  }
  const live = await readSchema(client);
  const alembicVersion = await alembicVersionOf(client);
  const newest = compare(input.migrations, lastWords(rows)).applied.at(-1) ?? null;
  const known = { ...input, live, historyRows: rows.length, newest, alembicVersion };
  if (rows.length > 0) return { ...known, state: 'history' };
  return { ...known, state: (await foundObjects(client)).length === 0 ? 'empty' : 'objects' };
}

async function recogniseLive({ database, live, migrations, options }: Look): Promise<Recognised> {
  const expected = new ExpectedSchemas(options.shadow?.url, [database]);
  try {
    const { name } = database;
    return await recognise(expected, { name, live, migrations, to: options.to });
  } finally {
    await expected.close();
  }
}

const refsOf = (migrations: readonly Migration[]): MigrationRef[] =>
  migrations.map(({ number, name }) => ({ number, name }));

function proposalOf(look: Look, recognised: Recognised | null): AdoptProposal {
  const adopt = refsOf(recognised?.migrations ?? []);
  return {
    version: adopt.at(-1) ?? null,
    adopt,
    tolerated: recognised?.judged.tolerated ?? [],
    alembicVersion: look.alembicVersion,
    transferOwnership: look.options.transferOwnership === true,
  };
}

function reportOf(
  look: Look,
  { outcome, recognised }: { outcome: AdoptReport['outcome']; recognised: Recognised | null },
): AdoptReport {
  const { database, migrations } = look;
  const adopted = recognised?.migrations.length ?? 0;
  return {
    command: 'adopt',
    exitCode: 0,
    name: database.name,
    target: shownTarget(database),
    outcome,
    ...proposalOf(look, recognised),
    pending: look.state === 'history' ? [] : refsOf(migrations.slice(adopted)),
    transferred: null,
    remaining: [],
  };
}

const BUT_OWNERSHIP = ADOPT_TOLERANCES.filter((tolerance) => tolerance !== 'ownership');

/** What the service's check of its rights would still miss. */
function remainingOf(recognised: Recognised | null, after: Schema): Difference[] {
  if (recognised === null) return [];
  return compareTolerantly(recognised.expected, after.catalogue, BUT_OWNERSHIP).differences;
}
