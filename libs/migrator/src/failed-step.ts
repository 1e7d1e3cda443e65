import type pg from 'pg';
import type { ApplyRules } from './apply.js';
import { type Attempt, recordAlone } from './attempt.js';
import { label } from './migration.js';
import type { LockedDatabase, Outcome } from './record.js';
import { MigrationRefused } from './refused.js';

interface ServerError {
  code?: string;
  position?: string;
  driverError?: { code?: string };
}

// Enough for any message of PostgreSQL; a generated one may be megabytes.
const LONGEST_ERROR = 1_000;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** The five characters of PostgreSQL's answer, when the error is one. */
export function sqlstateOf(error: unknown): string | undefined {
  const { code, driverError } = (error ?? {}) as ServerError;
  return [code, driverError?.code].find((text) => typeof text === 'string' && SQLSTATE.test(text));
}

/** Ends whatever transaction is open; a connection that is gone has rolled back by itself. */
export async function rollBack(client: pg.Client): Promise<void> {
  await client.query('ROLLBACK').catch(() => undefined);
}

/** Notes the failure in the history, where that is still possible, and says what happened. */
export async function failedStep(
  database: LockedDatabase,
  attempt: Attempt,
  { error, rules }: { error: unknown; rules: ApplyRules },
): Promise<MigrationRefused> {
  const refusal = explain(database, attempt, {
    error,
    interrupted: rules.signal?.aborted === true,
  });
  const outcome: Outcome = {
    status: 'failed',
    sqlstate: sqlstateOf(error) ?? null,
    failed_statement: String(attempt.progress.statements),
    failed_line: String(lineOf(error, attempt)),
    error: refusal.message.slice(0, LONGEST_ERROR),
  };
  await recordAlone(database, attempt, { outcome, rules }).catch(() => rollBack(database.client));
  const { number, name } = attempt.migration;
  rules.emit({
    type: 'migration-failed',
    database: database.database,
    migration: { number, name },
    reason: refusal.message,
  });
  return refusal;
}

function explain(
  { database }: LockedDatabase,
  attempt: Attempt,
  { error, interrupted }: { error: unknown; interrupted: boolean },
): MigrationRefused {
  if (error instanceof MigrationRefused && error.code !== 'INTERRUPTED') return error;
  const { migration, script } = attempt;
  const end = script.transactional
    ? 'rolled back'
    : 'outside a transaction: look at what it left behind';
  if (interrupted) {
    const message = `${database}: ${label(migration)} interrupted, ${end}`;
    return new MigrationRefused('INTERRUPTED', message, { cause: error });
  }
  const place = script.kind === 'sql' ? script.file : `query ${attempt.progress.statements}`;
  const sqlstate = sqlstateOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return new MigrationRefused(
    'MIGRATION_FAILED',
    `${database}: ${label(migration)} failed at ${place}:${lineOf(error, attempt)}: ${message}` +
      `${sqlstate === undefined ? '' : ` (SQLSTATE ${sqlstate})`}; ${end}`,
    { cause: error },
  );
}

/** The server counts characters from the start of the statement; people count lines of the file. */
function lineOf(error: unknown, { progress }: Attempt): number {
  const position = Number((error as ServerError | undefined)?.position ?? 1);
  return progress.line + progress.sql.slice(0, position - 1).split('\n').length - 1;
}
