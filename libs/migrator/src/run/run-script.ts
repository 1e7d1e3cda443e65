import type pg from 'pg';
import type { Script } from '../sources/migration.js';
import { engineQueryRunner } from './query-runner.js';
import { MigrationRefused } from '../refused.js';
import { demandHarmlessQuery, statementsOf } from '../sources/statements.js';

/** How far a script got: told in the history when it fails. */
export interface Progress {
  /** Statements sent; the last one is the one that failed. */
  statements: number;
  /** 1-based line in the file (SQL), or in the query's own text (class). */
  line: number;
  /** The statement being run, for the position of an error. */
  sql: string;
  /** Those sent that say CONCURRENTLY: their end is looked at in the catalogue. */
  concurrent: string[];
}

const CONCURRENTLY = /\bconcurrently\b/i;

interface ScriptRun {
  client: pg.Client;
  /** Names the migration in messages. */
  origin: string;
  progress: Progress;
  signal: AbortSignal | undefined;
}

/** Sends the statements of a script one by one; the caller owns the transaction. */
export async function runScript(script: Script, run: ScriptRun): Promise<void> {
  if (script.kind === 'class') {
    await runClass(script, run);
    return;
  }
  for (const { sql, line } of await statementsOf(script)) await send(run, { sql, line });
}

async function runClass(script: Script & { kind: 'class' }, run: ScriptRun): Promise<void> {
  const runner = engineQueryRunner(run.client, async (sql, parameters) => {
    await demandHarmlessQuery(sql, run.origin);
    return send(run, { sql, line: 1, parameters });
  });
  await script.run(runner);
}

async function send(
  { client, progress, signal }: ScriptRun,
  { sql, line, parameters }: { sql: string; line: number; parameters?: unknown[] | undefined },
): Promise<pg.QueryResult> {
  demandGoingOn(signal);
  if (CONCURRENTLY.test(sql)) progress.concurrent.push(sql);
  Object.assign(progress, { statements: progress.statements + 1, line, sql });
  return parameters === undefined ? client.query(sql) : client.query(sql, parameters);
}

/** @throws {MigrationRefused} INTERRUPTED once the run was told to stop. */
export function demandGoingOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new MigrationRefused('INTERRUPTED', 'interrupted; what was under way is rolled back');
  }
}
