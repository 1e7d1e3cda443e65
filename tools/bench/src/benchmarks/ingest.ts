import { mintToken } from '@fusion-prime/fp/issuer';
import { join } from 'node:path';
import pg from 'pg';
import { quantile } from '../contest.js';
import { underLoad, wrkAbsence, type Load } from '../http-load.js';
import { pgbench, pgbenchAbsence } from '../pgbench.js';
import { named, ratio, type Table } from '../report.js';
import { withRunning } from '../run-program.js';
import type { BenchServer } from '../server.js';
import { benchServices, type BenchService } from '../services.js';
import type { Rules } from './migrate-fleet.js';

const CONNECTIONS = [32, 128];
const SECONDS = 6;
const WARM_UP_SECONDS = 3;

// What an ingest writes: the command, its first step, its event. One statement, so one round trip.
const COMMAND = `INSERT INTO settlement_commands (command_id, workflow_id, account_ref, payer, payee,
    asset_symbol, amount_numeric, status, created_at, last_updated, payload_hash, due_at)
  SELECT id, 'wf-1', 'acct-1', 'acct-1', 'acct-2', 'USDC', 12.500000000000000001, 'received', now(), now(),
    decode(repeat('ab', 32), 'hex'), NULL FROM fresh`;
const THREE_ROWS = `WITH fresh AS (SELECT gen_random_uuid()::text AS id), made AS (${COMMAND}),
  past AS (INSERT INTO settlement_command_history (command_id, seq, to_status, actor, occurred_at)
    SELECT id, 1, 'received', 'bench', now() FROM fresh)
  INSERT INTO outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq, event_type,
    payload, headers, occurred_at)
  SELECT gen_random_uuid(), 'settlement/webhooks', 'command', id, 1, 'settlement.command.received.v1',
    json_build_object('command_id', id, 'workflow_id', 'wf-1', 'account_ref', 'acct-1', 'payer', 'acct-1',
      'payee', 'acct-2', 'asset_symbol', 'USDC', 'amount', '12.500000000000000001', 'status', 'received',
      'reason', NULL, 'reason_iso', NULL, 'version', 1), '{}', now() FROM fresh;`;
const ONE_ROW = `WITH fresh AS (SELECT gen_random_uuid()::text AS id) ${COMMAND};`;

interface Runner {
  name: string;
  role: BenchService['role'];
  run: (connections: number) => Promise<Load>;
}

interface Figures extends Load {
  name: string;
  role: BenchService['role'];
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
    const runs = new Map<string, Load[]>(runners.map(({ name }) => [name, []]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const { name, run } of runners) runs.get(name)?.push(await run(connections));
      process.stderr.write(`${round}/${rounds} `);
    }
    process.stderr.write('\n');
    const results = runners.map(({ name, role }) => ({
      name,
      role,
      ...median(runs.get(name) ?? []),
    }));
    tables.push(tableOf(connections, rounds, results));
  }
  return tables;
}

async function runnersOf(server: BenchServer, withoutPeers: boolean): Promise<Runner[]> {
  const { ours, naive } = await benchServices(server);
  const settlement = ours.find(({ name }) => name === 'settlement');
  if (settlement === undefined) throw new Error('the fleet has no settlement');
  const BENCH_TOKEN = await mintToken(join(server.folder, 'auth'), {
    scopes: ['settlement:write'],
    audience: ['settlement'],
    subject: 'bench',
    expiresInSeconds: 3_600,
  });
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
      await empty(server);
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
  await empty(server);
  return withRunning(service.program, async () => {
    const url = new URL('/commands/ingest', service.url).href;
    const wish = { url, script: 'ingest.lua', connections };
    await underLoad({ ...wish, seconds: WARM_UP_SECONDS, env: { ...env, BENCH_RUN: 'warm' } });
    return underLoad({ ...wish, seconds: SECONDS, env: { ...env, BENCH_RUN: 'run' } });
  });
}

/** Everybody begins with the same empty tables, and after a checkpoint. */
async function empty({ adminUrl }: BenchServer): Promise<void> {
  const url = new URL(adminUrl);
  url.pathname = '/settlement_db';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`SET session_replication_role = replica`);
    await client.query(`ALTER TABLE settlement_command_history DISABLE TRIGGER ALL`);
    await client.query(`TRUNCATE settlement_commands, settlement_command_history, outbox`);
    await client.query(`ALTER TABLE settlement_command_history ENABLE TRIGGER ALL`);
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

function median(runs: readonly Load[]): Load {
  const of = (key: keyof Load): number =>
    quantile(
      runs.map((run) => run[key]).sort((a, b) => a - b),
      0.5,
    );
  return {
    perSecond: of('perSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    failed: of('failed'),
  };
}

function tableOf(connections: number, rounds: number, results: readonly Figures[]): Table {
  const of = (role: Figures['role']): number | undefined =>
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
