import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt } from './attempt.js';
import { BlockerWatch } from './blockers.js';
import type { Direction } from './events.js';
import { failedStep, sqlstateOf } from './failed-step.js';
import { label, type Migration, type Script } from '../sources/migration.js';
import type { LockedDatabase } from './record.js';
import { MigrationRefused } from '../refused.js';
import type { ApplyRules } from './rules.js';
import { runAttempt } from './run-attempt.js';
import { rollBack, type SessionRules } from './session.js';

export interface Step {
  migration: Migration;
  direction: Direction;
  /** The way of an earlier run that came to no end; null for a fresh start. */
  unfinished: Direction | null;
  /** False when the run goes on with another one in this database. */
  last?: boolean;
}

export interface AppliedMigration {
  number: string;
  name: string;
  direction: Direction;
  durationMs: number;
  statements: number;
  retries: number;
  /** What an earlier run had left; null when there was nothing to recover. */
  recovered: string | null;
}

// lock_not_available, deadlock_detected, serialization_failure: the same migration may succeed next time.
const RETRYABLE = ['55P03', '40P01', '40001'];
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;
// CREATE INDEX CONCURRENTLY waits for every old transaction and blocks nobody while it does; giving up
// early would leave an invalid index behind.
export const LOCK_TIMEOUT_OUTSIDE = '5min';

/**
 * Runs one migration with its row of history: all of it or nothing. What fails for want of a lock is
 * rolled back whole and tried again, with exponential backoff and full jitter, within the budget.
 *
 * @throws {MigrationRefused} MIGRATION_FAILED, MIGRATION_IRREVERSIBLE, INTERRUPTED, HISTORY_TAMPERED
 */
export async function applyMigration(
  database: LockedDatabase,
  step: Step,
  rules: ApplyRules,
): Promise<AppliedMigration> {
  const { migration, direction } = step;
  const script = scriptOf(step);
  const place = { database: database.database, migration: refOf(migration) };
  const deadline = performance.now() + rules.retryBudgetMs;
  const startedAt = new Date();
  rules.emit({ type: 'migration-started', ...place, direction });
  for (let retries = 0; ; retries += 1) {
    const attempt = newAttempt({ ...step, script, startedAt, retries }, rules.session);
    const lockTimeoutMs = milliseconds(attempt.session.lockTimeout);
    const watch = new BlockerWatch(database.target, database.pid, lockTimeoutMs);
    try {
      await runAttempt(database, attempt, rules);
      const durationMs = Date.now() - startedAt.getTime();
      rules.emit({
        type: 'migration-applied',
        ...place,
        direction,
        durationMs,
        recovered: attempt.recovered,
      });
      const { recovered, progress } = attempt;
      const { statements } = progress;
      return { ...refOf(migration), direction, durationMs, statements, retries, recovered };
    } catch (error) {
      await rollBack(database.client);
      const retryInMs = script.transactional ? retryDelay(error, { retries, deadline }) : null;
      if (retryInMs === null || rules.signal?.aborted === true) {
        throw await failedStep(database, attempt, { error, rules });
      }
      const [sqlstate, blockers] = [sqlstateOf(error) ?? '', await watch.blockers()];
      rules.emit({ type: 'migration-blocked', ...place, sqlstate, blockers, retryInMs });
      await sleep(retryInMs, undefined, { signal: rules.signal }).catch(() => undefined);
    } finally {
      watch.stop();
    }
  }
}

function scriptOf({ migration, direction }: Step): Script {
  const script = migration[direction];
  if (script !== null) return script;
  throw new MigrationRefused('MIGRATION_IRREVERSIBLE', `${label(migration)} has no way back`);
}

function refOf({ number, name }: Migration): { number: string; name: string } {
  return { number, name };
}

type Known = Omit<Attempt, 'progress' | 'session' | 'begun' | 'recovered'>;

function newAttempt(known: Known, session: SessionRules): Attempt {
  const { script } = known;
  const lockTimeout = script.transactional ? session.lockTimeout : LOCK_TIMEOUT_OUTSIDE;
  return {
    ...known,
    begun: null,
    recovered: null,
    progress: { statements: 0, line: 0, sql: '', concurrent: [] },
    session: {
      lockTimeout: script.lockTimeout ?? lockTimeout,
      statementTimeout: script.statementTimeout ?? session.statementTimeout,
    },
  };
}

/** Milliseconds until the next try; null when there is none. */
function retryDelay(
  error: unknown,
  { retries, deadline }: { retries: number; deadline: number },
): number | null {
  if (!RETRYABLE.includes(sqlstateOf(error) ?? '')) return null;
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** retries);
  const delay = Math.round(Math.random() * ceiling);
  return performance.now() + delay < deadline ? delay : null;
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, min: 60_000 };

/** PostgreSQL's `3s` as a number of milliseconds. */
function milliseconds(duration: string): number {
  const [, digits, unit] = /^(\d+)(ms|s|min)$/.exec(duration) ?? [];
  return Number(digits ?? 0) * (UNITS[unit ?? ''] ?? 1);
}
