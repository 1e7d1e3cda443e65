import type pg from 'pg';
import type { Direction } from '../run/events.js';
import { engineQueryRunner } from '../run/query-runner.js';
import { label, type Migration, type Script } from '../sources/migration.js';
import { demandHarmlessQuery, statementsOf } from '../sources/statements.js';
import { MigrationRefused } from '../refused.js';

/** One migration, one way. */
export interface ReplayStep {
  migration: Migration;
  direction: Direction;
}

export interface ReplayedStatement {
  sql: string;
  /** 1-based line in the file; of a class, 1. */
  line: number;
  /** 0-based place in its migration. */
  index: number;
  /** What a class sent along for $1, $2, … */
  parameters?: unknown[] | undefined;
}

/** Called between statements, on the same connection and in the same transaction. */
export interface ReplayHooks {
  before?(statement: ReplayedStatement, step: ReplayStep): Promise<void>;
  after?(statement: ReplayedStatement, step: ReplayStep): Promise<void>;
}

/**
 * Runs migrations where nothing can be lost: one transaction each, no lock, no history. What a class sends
 * is seen statement by statement, as the server gets it.
 *
 * @throws {MigrationRefused} MIGRATION_FAILED naming the migration; MIGRATION_IRREVERSIBLE
 */
export async function replay(
  client: pg.Client,
  steps: readonly ReplayStep[],
  hooks: ReplayHooks = {},
): Promise<void> {
  for (const step of steps) {
    const script = step.migration[step.direction];
    if (script === null) {
      const message = `${label(step.migration)} has no way back`;
      throw new MigrationRefused('MIGRATION_IRREVERSIBLE', message);
    }
    try {
      if (script.transactional) await client.query('BEGIN');
      await replayScript(client, { script, step, hooks });
      if (script.transactional) await client.query('COMMIT');
      // Session state of one migration must not reach the next; the temporary objects likewise.
      await client.query('DISCARD ALL');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      if (error instanceof MigrationRefused) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const message = `${label(step.migration)} failed on the shadow (${step.direction}): ${reason}`;
      throw new MigrationRefused('MIGRATION_FAILED', message, { cause: error });
    }
  }
}

async function replayScript(
  client: pg.Client,
  { script, step, hooks }: { script: Script; step: ReplayStep; hooks: ReplayHooks },
): Promise<void> {
  let index = 0;
  const send = async (
    sql: string,
    { line, parameters }: { line: number; parameters?: unknown[] | undefined },
  ): Promise<pg.QueryResult> => {
    const statement = { sql, line, index, parameters };
    index += 1;
    await hooks.before?.(statement, step);
    const result =
      parameters === undefined ? await client.query(sql) : await client.query(sql, parameters);
    await hooks.after?.(statement, step);
    return result;
  };
  if (script.kind === 'sql') {
    for (const { sql, line } of await statementsOf(script)) await send(sql, { line });
    return;
  }
  const runner = engineQueryRunner(client, async (sql, parameters) => {
    await demandHarmlessQuery(sql, label(step.migration));
    return send(sql, { line: 1, parameters });
  });
  await script.run(runner);
}
