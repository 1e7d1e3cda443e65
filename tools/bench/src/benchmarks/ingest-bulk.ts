import { quantile } from '../contest.js';
import { psqlAbsence } from '../contestants.js';
import { HttpClient } from '../http-client.js';
import { pgbench, pgbenchAbsence } from '../pgbench.js';
import { megabytes, milliseconds, named, perSecond as rate, ratio, type Table } from '../report.js';
import { inTurn, type Ran, type Runner } from '../rounds.js';
import type { Rules } from '../rules.js';
import { withRunning } from '../run-program.js';
import type { BenchServer } from '../server.js';
import { benchPlatform, benchToken, originOf } from '../services.js';
import { sendBulks } from '../settlement/bulks.js';
import { copyItems } from '../settlement/copy-limit.js';
import { emptySettlement } from '../settlement/empty-tables.js';
import { ONE_ROW } from '../settlement/ingest-sql.js';

const SIZES = [100, 1_000, 10_000];
const IN_FLIGHT = 2;
const ITEMS = 100_000;
const WARM_UP_ITEMS = 20_000;
const PGBENCH = { connections: 32, seconds: 6 };

interface Bulk {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  peakRssMb: number;
  failed: number;
}

const ONE_ROW_NAME = 'pgbench, one row each';

/** Commands that are taken in for good, many with a request. */
export async function ingestBulk(server: BenchServer, rules: Rules): Promise<Table[]> {
  const { settlement } = await benchPlatform(server);
  const token = await benchToken(server);
  const databaseUrl = settlement.program.env['DATABASE_URL'] ?? '';
  const { folder } = server;
  const ours = async (size: number): Promise<Bulk> => {
    await emptySettlement(server);
    return withRunning(settlement.program, async ({ peakRssMb }) => {
      const client = new HttpClient(originOf(settlement), token, IN_FLIGHT);
      const wish = { size, inFlight: IN_FLIGHT, parties };
      await sendBulks(client, { ...wish, items: WARM_UP_ITEMS });
      const { seconds, latenciesMs, failed } = await sendBulks(client, { ...wish, items: ITEMS });
      client.close();
      const p50Ms = quantile(latenciesMs, 0.5);
      const p99Ms = quantile(latenciesMs, 0.99);
      return { perSecond: ITEMS / seconds, p50Ms, p99Ms, peakRssMb: peakRssMb(), failed };
    });
  };
  const copy = async (size: number): Promise<Bulk> => {
    await emptySettlement(server);
    const wish = { databaseUrl, folder, size, items: ITEMS, atOnce: IN_FLIGHT };
    return { ...nothing, perSecond: await copyItems(wish) };
  };
  const oneRow = async (): Promise<Bulk> => {
    await emptySettlement(server);
    const { perSecond, p50Ms, failed } = await pgbench({
      ...{ databaseUrl, folder, sql: ONE_ROW },
      ...PGBENCH,
    });
    return { ...nothing, perSecond, p50Ms, failed };
  };
  const tables: Table[] = [];
  for (const size of rules.sizes ?? SIZES) {
    const runners: Runner<Bulk>[] = [{ name: 'settlement', role: 'ours', run: () => ours(size) }];
    if (psqlAbsence() === null)
      runners.push({ name: 'COPY into the three tables', role: 'limit', run: () => copy(size) });
    if (pgbenchAbsence() === null) runners.push({ name: ONE_ROW_NAME, role: 'limit', run: oneRow });
    tables.push(tableOf(size, rules.rounds, await inTurn(runners, rules.rounds)));
  }
  return tables;
}

const nothing: Bulk = { perSecond: 0, p50Ms: 0, p99Ms: 0, peakRssMb: 0, failed: 0 };

function parties(n: number): { payer: string; payee: string } {
  return { payer: `acct-${String(n % 1_000)}`, payee: `acct-${String((n + 1) % 1_000)}` };
}

function tableOf(size: number, rounds: number, results: readonly Ran<Bulk>[]): Table {
  const one = results.find(({ name }) => name === ONE_ROW_NAME)?.perSecond;
  const copy = results.find(({ role, name }) => role === 'limit' && name !== ONE_ROW_NAME);
  return {
    title: `ingest-bulk: ${size.toLocaleString('en')} items a request, ${IN_FLIGHT} requests at a time (median of ${rounds} alternating runs)`,
    head: ['', 'items/s', 'of COPY', 'of one row each', 'p50', 'p99', 'memory', 'failed'],
    rows: results.map(({ name, role, perSecond, p50Ms, p99Ms, peakRssMb, failed }) => [
      named(name, role),
      rate(perSecond),
      ratio(perSecond, copy?.perSecond),
      ratio(perSecond, one),
      milliseconds(p50Ms),
      milliseconds(p99Ms),
      megabytes(peakRssMb),
      String(failed),
    ]),
    notes: [psqlAbsence(), pgbenchAbsence()].flatMap((absence) =>
      absence === null ? [] : [`not run: ${absence}`],
    ),
    figures: results,
  };
}
