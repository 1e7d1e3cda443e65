import { jobQueues } from '../job-queues.js';
import { CLAIM_AND_MARK, CLAIM_SIZE } from '../limits/claims-sql.js';
import { pgbench, pgbenchAbsence } from '../pgbench.js';
import { megabytes, milliseconds, named, perSecond, ratio, type Table } from '../report.js';
import { inTurn, type Ran, type Runner } from '../rounds.js';
import type { Rules } from '../rules.js';
import type { BenchServer } from '../server.js';
import { RelayPlatform, type Amount } from '../settlement/relay-platform.js';

const EVENTS = 50_000;
// Alert raises an alert for each, which is another benchmark's business.
const INTO_ALERT = 5_000;
const OF_EACH = 10;
const GROWTH = [5_000, 50_000, 500_000];
const PACE = { perSecond: 200, seconds: 10 };
const CLAIMERS = 4;

interface Moved {
  perSecond: number;
  peakRssMb: number;
  failed: number;
}

interface Delay {
  p50Ms: number;
  p99Ms: number;
  peakRssMb: number;
}

/** Events from the outbox to whoever is to be told of them. */
export async function relay(server: BenchServer, rules: Rules): Promise<Table[]> {
  const platform = await RelayPlatform.on(server);
  try {
    return [
      await throughput(server, platform, rules),
      await inOrder(server, platform, rules),
      await growth(platform, rules),
      await delays(server, platform, rules),
    ];
  } finally {
    platform.close();
  }
}

const alone = (events: number): Amount => ({ aggregates: events, ofEach: 1 });

async function throughput(
  server: BenchServer,
  platform: RelayPlatform,
  { rounds, withoutPeers }: Rules,
): Promise<Table> {
  const runners: Runner<Moved>[] = [
    { name: 'settlement, to a sink', role: 'ours', run: () => platform.toSink(alone(EVENTS)) },
    {
      name: `settlement, to alert's inbox (${perSecond(INTO_ALERT)})`,
      role: 'ours',
      run: () => platform.toAlert(alone(INTO_ALERT)),
    },
    ...limits(server, platform, alone(EVENTS)),
  ];
  for (const queue of withoutPeers ? [] : jobQueues(server)) {
    const run = async (): Promise<Moved> => ({ ...(await queue.throughput(EVENTS)), failed: 0 });
    runners.push({ name: queue.name, role: 'peer', run });
  }
  const title = `relay: ${perSecond(EVENTS)} events, each of an aggregate of its own`;
  const notes = ["the peers' jobs do nothing; ours are posted over HTTP"];
  return movedTable(title, await inTurn(runners, rounds), { rounds, notes });
}

async function inOrder(
  server: BenchServer,
  platform: RelayPlatform,
  { rounds }: Rules,
): Promise<Table> {
  const amount = { aggregates: EVENTS / OF_EACH, ofEach: OF_EACH };
  const runners: Runner<Moved>[] = [
    { name: 'settlement, to a sink', role: 'ours', run: () => platform.toSink(amount) },
    ...limits(server, platform, amount),
  ];
  const title = `relay: ${perSecond(EVENTS)} events, ${OF_EACH} of each aggregate, in their order`;
  return movedTable(title, await inTurn(runners, rounds), { rounds, notes: [] });
}

async function growth(platform: RelayPlatform, { rounds, sizes }: Rules): Promise<Table> {
  const runners = (sizes ?? GROWTH).map((events): Runner<Moved> => ({
    name: `${perSecond(events)} events, to a sink`,
    role: 'ours',
    run: () => platform.toSink(alone(events)),
  }));
  const title = 'relay: how it grows';
  return movedTable(title, await inTurn(runners, rounds), { rounds, notes: [] });
}

function limits(server: BenchServer, platform: RelayPlatform, amount: Amount): Runner<Moved>[] {
  if (pgbenchAbsence() !== null) return [];
  const events = amount.aggregates * amount.ofEach;
  const run = async (): Promise<Moved> => {
    await platform.fill(amount);
    const { perSecond: claims } = await pgbench({
      ...{ databaseUrl: platform.databaseUrl, folder: server.folder, sql: CLAIM_AND_MARK },
      connections: CLAIMERS,
      transactions: Math.ceil(events / CLAIM_SIZE / CLAIMERS),
    });
    const claimed = Math.ceil(events / CLAIM_SIZE / CLAIMERS) * CLAIMERS;
    const failed = await platform.unsent();
    return { perSecond: (claims * events) / claimed, peakRssMb: 0, failed };
  };
  return [{ name: 'pgbench, claims and marks alone', role: 'limit', run }];
}

async function delays(
  server: BenchServer,
  platform: RelayPlatform,
  { rounds, withoutPeers }: Rules,
): Promise<Table> {
  const runners: Runner<Delay>[] = [
    { name: 'settlement, to a sink', role: 'ours', run: () => platform.latency(PACE) },
  ];
  for (const { name, latency } of withoutPeers ? [] : jobQueues(server)) {
    runners.push({ name, role: 'peer', run: () => latency(PACE.perSecond, PACE.seconds) });
  }
  const results = await inTurn<Delay>(runners, rounds);
  return {
    title: `relay: from before the commit to the consumer, ${PACE.perSecond} events a second (median of ${rounds} alternating runs)`,
    head: ['', 'p50', 'p99', 'p50 of ours', 'memory'],
    rows: results.map(({ name, role, p50Ms, p99Ms, peakRssMb }) => [
      named(name, role),
      milliseconds(p50Ms),
      milliseconds(p99Ms),
      ratio(p50Ms, results[0]?.p50Ms),
      megabytes(peakRssMb),
    ]),
    notes: [
      'graphile-worker is woken by NOTIFY, which takes a lock of the whole server at commit; ours looks every 50 ms',
    ],
    figures: results,
  };
}

function movedTable(
  title: string,
  results: readonly Ran<Moved>[],
  { rounds, notes }: { rounds: number; notes: string[] },
): Table {
  const best = (wanted: string): number | undefined =>
    results
      .filter(({ role }) => role === wanted)
      .map((result) => result.perSecond)
      .sort((a, b) => b - a)[0];
  const absence = pgbenchAbsence();
  return {
    title: `${title} (median of ${rounds} alternating runs)`,
    head: ['', 'events/s', 'of limit', 'of the better peer', 'of the first', 'memory', 'failed'],
    rows: results.map(({ name, role, failed, peakRssMb, ...result }) => [
      named(name, role),
      perSecond(result.perSecond),
      ratio(result.perSecond, best('limit')),
      ratio(result.perSecond, best('peer')),
      ratio(result.perSecond, results[0]?.perSecond),
      megabytes(peakRssMb),
      String(failed),
    ]),
    notes: absence === null ? notes : [...notes, `not run: ${absence}`],
    figures: results,
  };
}
