import pg from 'pg';
import { quantile } from '../contest.js';
import { atRate } from '../paced-load.js';
import { named, ratio, type Table } from '../report.js';
import { withRunning } from '../run-program.js';
import type { BenchServer } from '../server.js';
import { type BenchService, benchServices } from '../services.js';
import type { Rules } from './migrate-fleet.js';

const RATES = [10, 100, 1_000];
const SECONDS = 5;

interface Probed {
  name: string;
  role: BenchService['role'];
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
    const runs = new Map<string, Probed[]>(contestants.map(({ name }) => [name, []]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const contestant of contestants) {
        runs.get(contestant.name)?.push(await probe(server, contestant, rate));
      }
      process.stderr.write(`${round}/${rounds} `);
    }
    process.stderr.write('\n');
    tables.push(tableOf(rate, rounds, [...runs.values()].map(median)));
  }
  return tables;
}

async function probe(server: BenchServer, service: BenchService, rate: number): Promise<Probed> {
  // What the process asks for itself, while it starts and ends, is not the probes'.
  const [, unasked] = await counted(server, () => withRunning(service.program, async () => null));
  const [load, all] = await counted(server, () =>
    withRunning(service.program, () => atRate(service.url, rate, SECONDS)),
  );
  const { latenciesMs, failed, seconds } = load;
  return {
    name: service.name,
    role: service.role,
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
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(
      `SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = 'settlement_db'`,
    );
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}

function median(runs: readonly Probed[]): Probed {
  const of = (key: Exclude<keyof Probed, 'name' | 'role'>): number =>
    quantile(
      runs.map((run) => run[key]).sort((a, b) => a - b),
      0.5,
    );
  const { name = '', role = 'ours' } = runs[0] ?? {};
  return {
    name,
    role,
    reachedPerSecond: of('reachedPerSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    failed: Math.max(...runs.map(({ failed }) => failed)),
    queriesPerSecond: of('queriesPerSecond'),
  };
}

function tableOf(rate: number, rounds: number, results: readonly Probed[]): Table {
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
