import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../contest.js';
import { milliseconds, ratio, type Table } from '../report.js';
import { medianOf } from '../rounds.js';
import type { Rules } from '../rules.js';
import type { BenchServer } from '../server.js';
import { insertAsBefore, type OldInsert } from '../settlement/old-inserts.js';
import { ProductionDatabase, type Migration } from '../settlement/production-database.js';

const COMMANDS = [1_000_000];
const PER_SECOND = 200;
const AROUND_MS = 5_000;
/** What is told of a migration: it took so long, or made somebody wait so long. */
const NOTABLE_MS = 50;

interface Phase {
  inserts: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  failed: number;
}

interface Run {
  startedAt: number;
  endedAt: number;
  migrations: Migration[];
  inserts: OldInsert[];
}

/** Ingest by the release before, while the database gets the schema of this one. */
export async function migrateUnderLoad(server: BenchServer, rules: Rules): Promise<Table[]> {
  const tables: Table[] = [];
  for (const commands of rules.sizes ?? COMMANDS) {
    const database = await ProductionDatabase.make(server, commands);
    const runs: Run[] = [];
    for (let round = 1; round <= rules.rounds; round += 1) {
      runs.push(await run(database));
      process.stderr.write(`${round}/${rules.rounds} `);
    }
    process.stderr.write('\n');
    tables.push(phasesTable(commands, runs), migrationsTable(runs.at(-1)));
  }
  return tables;
}

async function run(database: ProductionDatabase): Promise<Run> {
  await database.restore();
  let over = false;
  const inserting = insertAsBefore(database.appUrl, PER_SECOND, () => over);
  try {
    await sleep(AROUND_MS);
    const startedAt = Date.now();
    const migrations = await database.migrate();
    const endedAt = Date.now();
    await sleep(AROUND_MS);
    over = true;
    return { startedAt, endedAt, migrations, inserts: await inserting };
  } finally {
    over = true;
  }
}

/** Whatever was under way between two moments. */
function phaseOf(inserts: readonly OldInsert[], from: number, to: number): Phase {
  const met = inserts.filter(({ dueAt, ms }) => dueAt + ms >= from && dueAt < to);
  const sorted = met.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    inserts: met.length,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    maxMs: sorted.at(-1) ?? 0,
    failed: met.filter(({ failed }) => failed !== null).length,
  };
}

function phasesTable(commands: number, runs: readonly Run[]): Table {
  const of = (name: string, bounds: (run: Run) => [number, number]) => ({
    name,
    ...medianOf(runs.map((one) => phaseOf(one.inserts, ...bounds(one)))),
  });
  const phases = [
    of('before', ({ startedAt }) => [0, startedAt]),
    of('during', ({ startedAt, endedAt }) => [startedAt, endedAt]),
    of('after', ({ endedAt }) => [endedAt, Infinity]),
  ];
  const { ms } = medianOf(runs.map(({ startedAt, endedAt }) => ({ ms: endedAt - startedAt })));
  const failures = runs.flatMap(({ inserts }) => inserts.flatMap(({ failed }) => failed ?? []));
  return {
    title: `migrate-under-load: ${commands.toLocaleString('en')} commands, ${PER_SECOND} inserts a second by the release before (median of ${runs.length} runs)`,
    head: ['', 'inserts', 'p50', 'p99', 'p99 of before', 'slowest', 'failed'],
    rows: phases.map(({ name, inserts, p50Ms, p99Ms, maxMs, failed }) => [
      name,
      String(inserts),
      milliseconds(p50Ms),
      milliseconds(p99Ms),
      ratio(p99Ms, phases[0]?.p99Ms),
      milliseconds(maxMs),
      String(failed),
    ]),
    notes: [
      `fp migrate up took ${(ms / 1_000).toFixed(1)} s for ${String(runs[0]?.migrations.length ?? 0)} migrations`,
      ...[...new Set(failures)].map((reason) => `failed: ${reason}`),
    ],
    figures: { phases, migrateMs: ms },
  };
}

/** Of the last run, whom each migration made wait. */
function migrationsTable(run: Run | undefined): Table {
  const { migrations = [], inserts = [] } = run ?? {};
  const told = migrations.map(({ name, startedAt, endedAt }) => {
    const slowestMs = phaseOf(inserts, startedAt, endedAt).maxMs;
    return { name, tookMs: endedAt - startedAt, slowestMs };
  });
  return {
    title: `migrate-under-load: migrations that took or cost ${NOTABLE_MS} ms (last run)`,
    head: ['', 'took', 'slowest insert meanwhile'],
    rows: told
      .filter(({ tookMs, slowestMs }) => Math.max(tookMs, slowestMs) >= NOTABLE_MS)
      .map(({ name, tookMs, slowestMs }) => [name, milliseconds(tookMs), milliseconds(slowestMs)]),
    notes: [],
    figures: told,
  };
}
