import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../contest.js';
import { withClient } from '../database.js';
import { atRate } from '../paced-load.js';
import { named, ratio, type Table } from '../report.js';
import { inTurn, type Ran } from '../rounds.js';
import { withRunning } from '../run-program.js';
import type { Rules } from '../rules.js';
import type { BenchServer } from '../server.js';
import { type BenchService, benchServices } from '../services.js';

const RATES = [10, 100, 1_000];
const SECONDS = 5;

interface Probed {
  reachedPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  failed: number;
  queriesPerSecond: number;
}

/** What readiness probes cost: whoever asks, and the database. */
export async function probes(server: BenchServer, { rounds }: Rules): Promise<Table[]> {
  const { ours, peers, limit } = await benchServices(server);
  const contestants = [...ours.filter(({ name }) => name === 'settlement'), ...peers, limit];
  const tables: Table[] = [];
  for (const rate of RATES) {
    const runners = contestants.map((contestant) => ({
      name: contestant.name,
      role: contestant.role,
      run: () => probe(server, contestant, rate),
    }));
    tables.push(tableOf(rate, rounds, await inTurn<Probed>(runners, rounds)));
  }
  return tables;
}

async function probe(server: BenchServer, service: BenchService, rate: number): Promise<Probed> {
  // What the process asks for itself, by its loops too, is not the probes'.
  const [, unasked] = await counted(server, () =>
    withRunning(service.program, () => sleep(SECONDS * 1_000)),
  );
  const [load, all] = await counted(server, () =>
    withRunning(service.program, () => atRate(service.url, rate, SECONDS)),
  );
  const { latenciesMs, failed, seconds } = load;
  return {
    reachedPerSecond: latenciesMs.length / seconds,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    failed,
    queriesPerSecond: Math.max(0, all - unasked) / seconds,
  };
}

/** Transactions in the service's database; a session that has ended has reported all of its own. */
async function counted<T>(server: BenchServer, work: () => Promise<T>): Promise<[T, number]> {
  const before = await transactions(server);
  const result = await work();
  return [result, (await transactions(server)) - before];
}

async function transactions({ adminUrl }: BenchServer): Promise<number> {
  return withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ count: string }>(
      `SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = 'settlement_db'`,
    );
    return Number(rows[0]?.count);
  });
}

function tableOf(rate: number, rounds: number, results: readonly Ran<Probed>[]): Table {
  const limit = results.find(({ role }) => role === 'limit')?.p99Ms;
  const ours = results.find(({ role }) => role === 'ours')?.p99Ms;
  return {
    title: `probes: ${rate} readiness probes a second for ${SECONDS} s (median of ${rounds} alternating runs)`,
    head: ['', 'reached', 'p50', 'p99', 'p99 of limit', 'p99 of ours', 'queries/s', 'failed'],
    rows: results.map(({ name, role, ...figures }) => [
      named(name, role),
      `${Math.round(figures.reachedPerSecond)}/s`,
      `${figures.p50Ms.toFixed(1)} ms`,
      `${figures.p99Ms.toFixed(1)} ms`,
      ratio(figures.p99Ms, limit),
      ratio(figures.p99Ms, ours),
      figures.queriesPerSecond.toFixed(1),
      String(figures.failed),
    ]),
    notes: [],
    figures: results,
  };
}
