import { fileURLToPath } from 'node:url';
import { adminUrlOf, withClient } from '../database.js';
import { output } from '../http-load.js';
import { pgbench, pgbenchAbsence } from '../pgbench.js';
import { megabytes, named, perSecond as rate, ratio, type Table } from '../report.js';
import { inTurn, type Ran, type Runner } from '../rounds.js';
import type { Rules } from '../rules.js';
import type { BenchServer } from '../server.js';
import { accountName, fundAccounts } from '../settlement/accounts.js';
import type { BulkWish } from '../settlement/bulks.js';
import { emptySettlement } from '../settlement/empty-tables.js';
import { LifecyclePlatform } from '../settlement/lifecycle-platform.js';

const COMMANDS = 20_000;
const GROWTH = [1_000, 10_000, 100_000];
const ACCOUNTS = 10_000;
const CONNECTIONS = 32;
const TPCB = { database: 'bench_tpcb', scale: 32, seconds: 6 };
const ONE_EACH = fileURLToPath(new URL('../limits/one-transfer-each.js', import.meta.url));

interface Lifecycle {
  perSecond: number;
  peakRssMb: number;
  failed: number;
}

type Parties = BulkWish['parties'];

/** From the first ingest, by bulk, until the last command is settled. */
export async function lifecycle(server: BenchServer, rules: Rules): Promise<Table[]> {
  const { rounds } = rules;
  const platform = await LifecyclePlatform.on(server);
  const ours = async (commands: number, parties: Parties): Promise<Lifecycle> => {
    await platform.reset();
    await fundAccounts(server, ACCOUNTS);
    return platform.settle(commands, parties);
  };
  const runners: Runner<Lifecycle>[] = [
    { name: 'settlement', role: 'ours', run: () => ours(COMMANDS, random) },
    { name: HOT, role: 'ours', run: () => ours(COMMANDS, onePayer) },
  ];
  if (!rules.withoutPeers)
    runners.push({ name: ONE_TRANSFER, role: 'peer', run: () => oneEach(server, platform) });
  if (pgbenchAbsence() === null) {
    await makeTpcb(server);
    runners.push({ name: 'pgbench tpcb-like', role: 'limit', run: () => tpcb(server) });
  }
  const contest = await inTurn(runners, rounds);
  const growth = (rules.sizes ?? GROWTH).map((size) => ({
    ...{ name: `${size.toLocaleString('en')} commands`, role: 'ours' as const },
    run: () => ours(size, random),
  }));
  return [
    contestTable(rounds, contest),
    growthTable(rounds, await inTurn<Lifecycle>(growth, rounds)),
  ];
}

const HOT = 'settlement, one payer for all';
const ONE_TRANSFER = 'one transfer a transaction';

function random(): { payer: string; payee: string } {
  const payer = Math.floor(Math.random() * ACCOUNTS);
  return { payer: accountName(payer), payee: accountName((payer + 1) % ACCOUNTS) };
}

function onePayer(): { payer: string; payee: string } {
  const payee = 1 + Math.floor(Math.random() * (ACCOUNTS - 1));
  return { payer: accountName(0), payee: accountName(payee) };
}

async function oneEach(server: BenchServer, platform: LifecyclePlatform): Promise<Lifecycle> {
  await emptySettlement(server);
  await fundAccounts(server, ACCOUNTS);
  const args = [ONE_EACH, ...[COMMANDS, ACCOUNTS, CONNECTIONS].map(String)];
  const { databaseUrl: DATABASE_URL } = platform;
  const { text } = await output(process.execPath, args, { DATABASE_URL });
  const settled = await platform.settled();
  return { perSecond: Number(text), peakRssMb: 0, failed: COMMANDS - settled };
}

async function makeTpcb(server: BenchServer): Promise<void> {
  await withClient(server.adminUrl, (admin) => admin.query(`CREATE DATABASE ${TPCB.database}`));
  await output('pgbench', [
    '-i',
    '-q',
    '-s',
    String(TPCB.scale),
    adminUrlOf(server, TPCB.database),
  ]);
}

async function tpcb(server: BenchServer): Promise<Lifecycle> {
  const databaseUrl = adminUrlOf(server, TPCB.database);
  await withClient(databaseUrl, async (client) => {
    // As pgbench does by itself before a run.
    await client.query('VACUUM pgbench_branches, pgbench_tellers');
    await client.query('TRUNCATE pgbench_history');
    await client.query('CHECKPOINT');
  });
  const { perSecond, failed } = await pgbench({
    ...{ databaseUrl, folder: server.folder, sql: 'tpcb-like' },
    ...{ connections: CONNECTIONS, seconds: TPCB.seconds },
  });
  return { perSecond, peakRssMb: 0, failed };
}

function contestTable(rounds: number, results: readonly Ran<Lifecycle>[]): Table {
  const of = (wanted: string): number | undefined =>
    results.find(({ name, role }) => role === wanted || name === wanted)?.perSecond;
  const absence = pgbenchAbsence();
  return {
    title: `lifecycle: ${COMMANDS.toLocaleString('en')} commands, ingested by bulk, between ${ACCOUNTS.toLocaleString('en')} accounts (median of ${rounds} alternating runs)`,
    head: ['', 'settled/s', 'of limit', 'of peer', 'of random accounts', 'memory', 'failed'],
    rows: results.map(({ name, role, perSecond, peakRssMb, failed }) => [
      named(name, role),
      rate(perSecond),
      ratio(perSecond, of('limit')),
      ratio(perSecond, of('peer')),
      ratio(perSecond, of('settlement')),
      megabytes(peakRssMb),
      String(failed),
    ]),
    notes: [
      `the peer: ${String(CONNECTIONS)} connections, prepared statements, the same rows; without HTTP and without compliance`,
      `the limit: scale ${String(TPCB.scale)}, ${String(CONNECTIONS)} connections`,
      ...(absence === null ? [] : [`not run: ${absence}`]),
    ],
    figures: results,
  };
}

function growthTable(rounds: number, results: readonly Ran<Lifecycle>[]): Table {
  return {
    title: `lifecycle: how it grows (median of ${rounds} runs)`,
    head: ['', 'settled/s', 'of the first', 'memory', 'failed'],
    rows: results.map(({ name, perSecond, peakRssMb, failed }) => [
      name,
      rate(perSecond),
      ratio(perSecond, results[0]?.perSecond),
      megabytes(peakRssMb),
      String(failed),
    ]),
    notes: [],
    figures: results,
  };
}
