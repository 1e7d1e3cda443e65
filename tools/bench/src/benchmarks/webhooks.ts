import { fileURLToPath } from 'node:url';
import { output } from '../http-load.js';
import { megabytes, milliseconds, named, perSecond, ratio, type Table } from '../report.js';
import { inTurn, type Ran, type Runner } from '../rounds.js';
import type { Rules } from '../rules.js';
import type { BenchServer } from '../server.js';
import { WebhooksPlatform, type Delayed, type Sent } from '../settlement/webhooks-platform.js';

const SUBSCRIPTIONS = 100;
const DELIVERIES = 10_000;
// As many as the service has in flight at most: of one subscription, and of all.
const AT_ONCE = { one: 32, all: 512 };
const GROWTH = [1_000, 10_000, 100_000];
const SECONDS = 10;
const POST_BODIES = fileURLToPath(new URL('../limits/post-bodies.js', import.meta.url));

/** Signed deliveries to a receiver on this machine. */
export async function webhooks(server: BenchServer, rules: Rules): Promise<Table[]> {
  const platform = await WebhooksPlatform.on(server);
  try {
    return [
      await throughput(platform, rules),
      await growth(platform, rules),
      await delays(platform, rules),
    ];
  } finally {
    platform.close();
  }
}

async function throughput(platform: WebhooksPlatform, { rounds }: Rules): Promise<Table> {
  const limit = async (atOnce: number): Promise<Sent> => {
    const args = [POST_BODIES, platform.receiver.url, String(DELIVERIES), String(atOnce)];
    const { text } = await output(process.execPath, args);
    return { perSecond: Number(text), peakRssMb: 0, failed: 0 };
  };
  const many = DELIVERIES / SUBSCRIPTIONS;
  const runners: Runner<Sent>[] = [
    {
      name: `settlement, ${SUBSCRIPTIONS} subscriptions`,
      role: 'ours',
      run: () => platform.throughput(SUBSCRIPTIONS, many),
    },
    {
      name: 'settlement, one subscription',
      role: 'ours',
      run: () => platform.throughput(1, DELIVERIES),
    },
    ...[AT_ONCE.all, AT_ONCE.one].map((atOnce) => ({
      name: `undici alone, ${atOnce} at once`,
      role: 'limit' as const,
      run: () => limit(atOnce),
    })),
  ];
  const title = `webhooks: ${perSecond(DELIVERIES)} signed deliveries after one commit`;
  const note =
    'the limit posts the same bodies with the same client: no signature, no database, no result';
  return sentTable(title, await inTurn(runners, rounds), { rounds, notes: [note] });
}

async function growth(platform: WebhooksPlatform, { rounds, sizes }: Rules): Promise<Table> {
  const runners = (sizes ?? GROWTH).map((deliveries): Runner<Sent> => ({
    name: `${perSecond(deliveries)} deliveries, ${SUBSCRIPTIONS} subscriptions`,
    role: 'ours',
    run: () => platform.throughput(SUBSCRIPTIONS, deliveries / SUBSCRIPTIONS),
  }));
  const results = await inTurn(runners, rounds);
  return sentTable('webhooks: how it grows', results, { rounds, notes: [] });
}

async function delays(platform: WebhooksPlatform, { rounds }: Rules): Promise<Table> {
  const one = { perSecond: 200, seconds: SECONDS };
  const many = { perSecond: 2, seconds: SECONDS };
  const of = (subscriptions: number, besideBadOnes: boolean): Runner<Delayed> => {
    const whom = subscriptions === 1 ? 'one endpoint' : `${subscriptions} endpoints`;
    return {
      name: besideBadOnes ? `${whom}, beside a dead and a hanging one` : whom,
      role: 'ours',
      run: () =>
        platform.latency(subscriptions, subscriptions === 1 ? one : many, { besideBadOnes }),
    };
  };
  const runners = [
    ...[of(1, false), of(1, true)],
    ...[of(SUBSCRIPTIONS, false), of(SUBSCRIPTIONS, true)],
  ];
  const results = await inTurn<Delayed>(runners, rounds);
  return {
    title: `webhooks: from before the commit to the first byte, 200 deliveries a second (median of ${rounds} alternating runs)`,
    head: ['', 'p50', 'p99', 'memory', 'failed'],
    rows: results.map(({ name, p50Ms, p99Ms, peakRssMb, failed }) => [
      name,
      milliseconds(p50Ms),
      milliseconds(p99Ms),
      megabytes(peakRssMb),
      String(failed),
    ]),
    notes: [],
    figures: results,
  };
}

function sentTable(
  title: string,
  results: readonly Ran<Sent>[],
  { rounds, notes }: { rounds: number; notes: string[] },
): Table {
  const limits = results.filter(({ role }) => role === 'limit').map((limit) => limit.perSecond);
  return {
    title: `${title} (median of ${rounds} alternating runs)`,
    head: ['', 'deliveries/s', 'of limit', 'of the first', 'memory', 'failed'],
    rows: results.map(({ name, role, failed, peakRssMb, ...result }) => [
      named(name, role),
      perSecond(result.perSecond),
      ratio(result.perSecond, Math.max(0, ...limits)),
      ratio(result.perSecond, results[0]?.perSecond),
      megabytes(peakRssMb),
      String(failed),
    ]),
    notes,
    figures: results,
  };
}
