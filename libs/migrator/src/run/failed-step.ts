import type { ApplyRules } from './rules.js';
import type { Attempt } from './attempt.js';
import { type LeftBehind, leftBehind } from './left-behind.js';
import { label } from '../sources/migration.js';
import { type LockedDatabase, type Outcome, recordAlone } from './record.js';
import { MigrationRefused } from '../refused.js';
import { rollBack } from './session.js';

interface ServerError {
  code?: string;
  position?: string;
  driverError?: { code?: string };
}

// Enough for any message of PostgreSQL; a generated one may be megabytes.
const LONGEST_ERROR = 1_000;
const ROLLED_BACK: LeftBehind = { clean: true, text: 'rolled back' };
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** The five characters of PostgreSQL's answer, when the error is one. */
export function sqlstateOf(error: unknown): string | undefined {
  const { code, driverError } = (error ?? {}) as ServerError;
  return [code, driverError?.code].find((text) => typeof text === 'string' && SQLSTATE.test(text));
}

/** Notes the failure in the history, where that is still possible, and says what happened. */
export async function failedStep(
  database: LockedDatabase,
  attempt: Attempt,
  { error, rules }: { error: unknown; rules: ApplyRules },
): Promise<MigrationRefused> {
  const interrupted = rules.signal?.aborted === true;
  const sqlstate = sqlstateOf(error);
  const end = attempt.script.transactional
    ? ROLLED_BACK
    : await leftBehind(database, attempt, { sqlstate, interrupted });
  const refusal = explain(database, attempt, { error, interrupted, end });
  const outcome: Outcome = {
    // What is not at an end stays the last word, so that the next run looks at it first.
    status: end.clean ? 'failed' : 'started',
    sqlstate: sqlstate ?? null,
    failed_statement: String(attempt.progress.statements),
    failed_line: String(lineOf(error, attempt)),
    error: refusal.message.slice(0, LONGEST_ERROR),
  };
  const { run } = rules;
  await recordAlone(database, attempt, { outcome, run }).catch(() => rollBack(database.client));
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
  { error, interrupted, end }: { error: unknown; interrupted: boolean; end: LeftBehind },
): MigrationRefused {
  if (error instanceof MigrationRefused && error.code !== 'INTERRUPTED') return error;
  const { migration, script } = attempt;
  if (interrupted) {
    const message = `${database}: ${label(migration)} interrupted, ${end.text}`;
    return new MigrationRefused('INTERRUPTED', message, { cause: error });
  }
  const place = script.kind === 'sql' ? script.file : `query ${attempt.progress.statements}`;
  const sqlstate = sqlstateOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return new MigrationRefused(
    'MIGRATION_FAILED',
    `${database}: ${label(migration)} failed at ${place}:${lineOf(error, attempt)}: ${message}` +
      `${sqlstate === undefined ? '' : ` (SQLSTATE ${sqlstate})`}; ${end.text}`,
    { cause: error },
  );
}

/** The server counts characters from the start of the statement; people count lines of the file. */
function lineOf(error: unknown, { progress }: Attempt): number {
  const position = Number((error as ServerError | undefined)?.position ?? 1);
  return progress.line + progress.sql.slice(0, position - 1).split('\n').length - 1;
}
