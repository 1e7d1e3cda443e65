import type pg from 'pg';
import { demandNothingToAdopt } from '../adopt/found-objects.js';
import { demandNoLoss } from '../backup/demand-no-loss.js';
import type { Demand } from '../fleet/fleet-check.js';
import { upPlan } from '../fleet/fleet-plan.js';
import type { FleetDatabase } from '../fleet/fleet.js';
import { type Surveyed, surveyOver, targetOf } from '../fleet/preflight.js';
import { MigrationRefused } from '../refused.js';
import { LOCK_TIMEOUT_OUTSIDE } from '../run/apply.js';
import type { RunIdentity } from '../run/record.js';
import { demandRunnable } from '../run/resume.js';
import { closeSession, openSession, type SessionRules } from '../run/session.js';
import type { LoadMigrations } from '../sources/load-once.js';
import { label } from '../sources/migration.js';
import { timestampText } from '../history/history-row.js';
import { capture, type OpenShadow } from './captured.js';
import { type Part, partsOf, type Place, type RowBase } from './export-parts.js';
import type { FileContext } from './part-sql.js';

export interface ExportRules {
  environment: string | undefined;
  /** The number at which the database must stand; `0` for nothing at all. */
  from: string | undefined;
  allowDataLoss: boolean;
  /** Null: what lint finds does not stop the export. */
  lint: Demand | null;
  run: RunIdentity;
  session: SessionRules;
  exportedAt: Date;
  load: LoadMigrations;
  openShadow: (surveyed: Surveyed) => Promise<pg.Client>;
}

/** A database with everything that its files will say. */
export interface ExportedDatabase {
  surveyed: Surveyed;
  parts: Part[];
  context: FileContext;
  migrations: { number: string; name: string; sha256: string }[];
}

/**
 * Reads one database, as `up` does before it changes something, and works out the files that bring it to
 * its newest migration. Writes nothing.
 *
 * @throws {MigrationRefused} whatever would stop `up`; EXPORT_IMPOSSIBLE, UNKNOWN_VERSION, DATA_LOSS
 */
export async function exportDatabase(
  database: FleetDatabase,
  rules: ExportRules,
): Promise<ExportedDatabase> {
  const target = targetOf(database);
  const migrations = await rules.load(database.migrations);
  const client = await openSession(target, database.name);
  try {
    const known = { database, target, migrations, environment: rules.environment };
    const surveyed = await surveyOver(client, known);
    if (surveyed.state.history.rows.length === 0) await demandNothingToAdopt(client, database.name);
    await demandExportable(surveyed, rules);
    const { pending, applied } = surveyed.comparison;
    const openShadow: OpenShadow = () => rules.openShadow(surveyed);
    const captured = await capture(pending, { applied, openShadow });
    const parts = partsOf(captured, placeOf(surveyed), rowBase(surveyed, rules));
    const context = await contextOf(client, surveyed, rules);
    const exported = pending.map(({ number, name, sha256 }) => ({ number, name, sha256 }));
    return { surveyed, parts, context, migrations: exported };
  } finally {
    await closeSession(client);
  }
}

async function demandExportable(surveyed: Surveyed, rules: ExportRules): Promise<void> {
  const { database, comparison, state } = surveyed;
  const { unfinished, applied } = comparison;
  if (unfinished !== null) {
    throw new MigrationRefused(
      'EXPORT_IMPOSSIBLE',
      `${database.name}: ${label(unfinished.migration)} was started and has no end: run  npx fp migrate up  first`,
    );
  }
  const newest = applied.at(-1)?.number ?? '0';
  if (rules.from !== undefined && BigInt(rules.from) !== BigInt(newest)) {
    const message = `${database.name} stands at ${newest}, not at ${rules.from}; nothing was written`;
    throw new MigrationRefused('UNKNOWN_VERSION', message);
  }
  const steps = upPlan(surveyed);
  for (const step of steps) await demandRunnable(database.name, step, state.holder);
  // Whoever imports makes the backup: nobody here can know about it.
  await demandNoLoss({ allowDataLoss: rules.allowDataLoss, backsUp: true })(surveyed, steps);
  await rules.lint?.(surveyed, steps);
}

function placeOf({ state }: Surveyed): Place {
  const { head, rows } = state.history;
  return { head, row: rows.at(-1) ?? null };
}

function rowBase({ target }: Surveyed, { run, exportedAt }: ExportRules): RowBase {
  return {
    run_id: run.runId,
    direction: 'up',
    sqlstate: null,
    failed_statement: null,
    failed_line: null,
    error: null,
    started_at: timestampText(exportedAt),
    finished_at: timestampText(exportedAt),
    duration_ms: '0',
    lock_wait_ms: '0',
    retries: '0',
    database_user: target.user,
    os_user: run.osUser,
    host: run.host,
    git_sha: run.gitSha,
    tool_version: run.toolVersion,
    backup_reference: null,
    schema_fingerprint: null,
  };
}

async function contextOf(
  client: pg.Client,
  { state, target, database }: Surveyed,
  { session, run, exportedAt }: ExportRules,
): Promise<FileContext> {
  const { rows } = await client.query<{ searchPath: string; typeormTable: boolean }>(
    `SELECT current_setting('search_path') AS "searchPath",
            to_regclass('public.migrations') IS NOT NULL AS "typeormTable"`,
  );
  const { searchPath = 'public', typeormTable = false } = rows[0] ?? {};
  const { service, environment, databaseUuid } = state.identity;
  return {
    to: { service, environment, databaseUuid },
    owner: target.user,
    searchPath,
    typeormTable,
    session: { ...session, lockTimeoutOutside: LOCK_TIMEOUT_OUTSIDE },
    heading: [
      `${database.name} of ${environment.replace(/\s/g, ' ')}: written by fp migrate export at ` +
        `${exportedAt.toISOString()}, run ${run.runId}.`,
      'Import the files of a database in their order. Do not edit: verify-export compares checksums.',
    ],
  };
}
