import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, type Load } from './http-load.js';

export interface PgbenchWish {
  databaseUrl: string;
  /** Where the script is written. */
  folder: string;
  /** SQL of one transaction; `tpcb-like` for the script that pgbench brings. */
  sql: string;
  connections: number;
  /** How long, or how many transactions each connection does. */
  seconds?: number;
  transactions?: number;
}

/** Null when pgbench is here, else why the limit was not run. */
export function pgbenchAbsence(): string | null {
  const { error } = spawnSync('pgbench', ['--version']);
  return error === undefined ? null : 'pgbench is not installed';
}

/** PostgreSQL itself, at its best: prepared statements, no network but loopback, no program around it. */
export async function pgbench(wish: PgbenchWish): Promise<Load> {
  const { databaseUrl, folder, sql, connections, seconds, transactions } = wish;
  const script = join(folder, 'transaction.sql');
  writeFileSync(script, sql);
  const what = sql === 'tpcb-like' ? ['-b', 'tpcb-like'] : ['-f', script];
  const much = transactions === undefined ? ['-T', String(seconds)] : ['-t', String(transactions)];
  const { text } = await output('pgbench', [
    ...['-n', '-M', 'prepared', '-c', String(connections), '-j', '2', ...much],
    ...what,
    databaseUrl,
  ]);
  return {
    perSecond: Number(/tps = ([\d.]+)/.exec(text)?.[1] ?? 0),
    // It says the average alone.
    p50Ms: Number(/latency average = ([\d.]+) ms/.exec(text)?.[1] ?? 0),
    p99Ms: 0,
    failed: Number(/number of failed transactions: (\d+)/.exec(text)?.[1] ?? 0),
  };
}
