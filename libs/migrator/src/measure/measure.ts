import type pg from 'pg';
import { replay, type ReplayedStatement, type ReplayStep } from '../replay/replay.js';
import { MigrationRefused } from '../refused.js';
import { type Effects, effectsBetween, type Snapshot, takeSnapshot } from './snapshot.js';

export interface ServerError {
  sqlstate: string;
  message: string;
}

/** One statement as a shadow met it. */
export interface MeasuredStatement extends ReplayedStatement, Effects {
  /** What the server said against it; the migration ends there. */
  error: ServerError | null;
}

export interface MeasuredMigration {
  step: ReplayStep;
  statements: MeasuredStatement[];
}

/**
 * Runs migrations on a shadow, classes too, and says of each statement which relations it locked, rewrote
 * and read from end to end. The tables may be empty: none of it depends on their rows. A statement that
 * runs outside a transaction holds no locks that could be seen after it.
 *
 * @returns the migrations in order; the last one holds the error when one failed, and nothing follows it
 * @throws {MigrationRefused} all but MIGRATION_FAILED
 * @example const [first] = await measureStatements(client, [{ migration, direction: 'up' }]);
 */
export async function measureStatements(
  client: pg.Client,
  steps: readonly ReplayStep[],
): Promise<MeasuredMigration[]> {
  const measured: MeasuredMigration[] = [];
  let snapshot: Snapshot = new Map();
  for (const step of steps) {
    const statements: MeasuredStatement[] = [];
    measured.push({ step, statements });
    const hooks = {
      before: async (statement: ReplayedStatement) => {
        snapshot = await takeSnapshot(client);
        statements.push({ ...statement, locks: [], rewrites: [], scans: [], error: null });
      },
      after: async () => {
        const effects = effectsBetween(snapshot, await takeSnapshot(client));
        Object.assign(statements.at(-1) ?? {}, effects);
      },
    };
    try {
      await replay(client, [step], hooks);
    } catch (error) {
      const failed = statements.at(-1);
      if (failed === undefined || !isFailure(error)) throw error;
      failed.error = serverErrorOf(error.cause);
      return measured;
    }
  }
  return measured;
}

function isFailure(error: unknown): error is MigrationRefused {
  return error instanceof MigrationRefused && error.code === 'MIGRATION_FAILED';
}

export function serverErrorOf(error: unknown): ServerError {
  const { code = 'XX000', message = String(error) } = (error ?? {}) as Partial<
    Record<'code' | 'message', string>
  >;
  return { sqlstate: code, message };
}
