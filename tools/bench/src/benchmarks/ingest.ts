import { underLoad, wrkAbsence, type Load } from '../http-load.js';
import { pgbench, pgbenchAbsence } from '../pgbench.js';
import { named, ratio, type Table } from '../report.js';
import { inTurn, type Ran } from '../rounds.js';
import type { Rules } from '../rules.js';
import { withRunning } from '../run-program.js';
import type { BenchServer } from '../server.js';
import { benchServices, benchToken, type BenchService } from '../services.js';
import { emptySettlement } from '../settlement/empty-tables.js';
import { ONE_ROW, THREE_ROWS } from '../settlement/ingest-sql.js';

const CONNECTIONS = [32, 128];
const SECONDS = 6;
const WARM_UP_SECONDS = 3;

interface Runner {
  name: string;
  role: BenchService['role'];
  run: (connections: number) => Promise<Load>;
}

/** Commands that are taken in for good, a request each. */
export async function ingest(
  server: BenchServer,
  { rounds, withoutPeers }: Rules,
): Promise<Table[]> {
  const absence = wrkAbsence();
  if (absence !== null) throw new Error(absence);
  const runners = await runnersOf(server, withoutPeers);
  const tables: Table[] = [];
  for (const connections of CONNECTIONS) {
    const loads = runners.map(({ run, ...who }) => ({ ...who, run: () => run(connections) }));
    const results = await inTurn<Load>(loads, rounds);
    tables.push(tableOf(connections, rounds, results));
  }
  return tables;
}

async function runnersOf(server: BenchServer, withoutPeers: boolean): Promise<Runner[]> {
  const { ours, naive } = await benchServices(server);
  const settlement = ours.find(({ name }) => name === 'settlement');
  if (settlement === undefined) throw new Error('the fleet has no settlement');
  const BENCH_TOKEN = await benchToken(server);
  const runners: Runner[] = [
    {
      name: settlement.name,
      role: 'ours',
      run: (c) => loaded(server, settlement, c, { BENCH_TOKEN }),
    },
  ];
  if (!withoutPeers)
    runners.push({ name: naive.name, role: 'peer', run: (c) => loaded(server, naive, c, {}) });
  if (pgbenchAbsence() !== null) return runners;
  const databaseUrl = settlement.program.env['DATABASE_URL'] ?? '';
  const limit = (name: string, sql: string): Runner => ({
    name,
    role: 'limit',
    run: async (connections) => {
      await emptySettlement(server);
      const wish = { databaseUrl, folder: server.folder, sql, connections };
      await pgbench({ ...wish, seconds: WARM_UP_SECONDS });
      return pgbench({ ...wish, seconds: SECONDS });
    },
  });
  return [
    ...runners,
    limit('pgbench, the same rows', THREE_ROWS),
    limit('pgbench, one row', ONE_ROW),
  ];
}

async function loaded(
  server: BenchServer,
  service: BenchService,
  connections: number,
  env: Record<string, string>,
): Promise<Load> {
  await emptySettlement(server);
  return withRunning(service.program, async () => {
    const url = new URL('/commands/ingest', service.url).href;
    const wish = { url, script: 'ingest.lua', connections };
    await underLoad({ ...wish, seconds: WARM_UP_SECONDS, env: { ...env, BENCH_RUN: 'warm' } });
    return underLoad({ ...wish, seconds: SECONDS, env: { ...env, BENCH_RUN: 'run' } });
  });
}

function tableOf(connections: number, rounds: number, results: readonly Ran<Load>[]): Table {
  const of = (role: BenchService['role']): number | undefined =>
    results.find((result) => result.role === role)?.perSecond;
  return {
    title: `ingest: ${connections} connections, ${SECONDS} s (median of ${rounds} alternating runs)`,
    head: ['', 'commands/s', 'of limit', 'of peer', 'p50', 'p99', 'failed'],
    rows: results.map(({ name, role, perSecond, p50Ms, p99Ms, failed }) => [
      named(name, role),
      Math.round(perSecond).toLocaleString('en'),
      ratio(perSecond, of('limit')),
      ratio(perSecond, of('peer')),
      `${p50Ms.toFixed(1)} ms`,
      p99Ms === 0 ? '-' : `${p99Ms.toFixed(1)} ms`,
      String(failed),
    ]),
    notes: pgbenchAbsence() === null ? [] : [`not run: ${pgbenchAbsence() ?? ''}`],
    figures: results,
  };
}
