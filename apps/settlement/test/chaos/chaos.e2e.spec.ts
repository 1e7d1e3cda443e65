import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@fusion-prime/testing';
import { client, decider, REVIEWED, until, type Acknowledged } from './clients.js';
import { ChaosPlatform, type Victim } from './platform.js';
import { SeededRandom } from './random.js';
import { Receiver } from './receiver.js';

// 1,000 with `npm run test:chaos`.
const KILLS = Number(process.env['FP_CHAOS_KILLS'] ?? 50);
const SEED = Number(process.env['FP_CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const CLIENTS = 6;
const MINUTE_MS = 60_000;
const DRAIN_MS = 2 * MINUTE_MS;
const LIKELY: Victim[] = [
  'settlement',
  'settlement',
  'settlement',
  'compliance',
  'compliance',
  'PostgreSQL',
];

let platform: ChaosPlatform;
let receiver: Receiver;
const random = new SeededRandom(SEED);

beforeAll(async () => {
  platform = await ChaosPlatform.start(random);
  receiver = new Receiver();
  const url = await receiver.listen();
  const made = ({ status }: { status: number }): boolean => status === 201;
  const subject = { external_ref: REVIEWED, kind: 'ORGANISATION', names: ['Under review'] };
  await until(platform.api.compliance, ['POST', '/subjects', subject], made);
  await platform.databases.compliance.query(`UPDATE subjects SET kyc_state = 'IN_REVIEW'`);
  const wish = { url, event_types: ['settlement.command.settled.v1'] };
  await until(platform.api.settlement, ['POST', '/webhooks/subscriptions', wish], made);
});

afterAll(async () => {
  receiver.close();
  await platform.close();
});

/** Kills one after the other; one in three waits until all are up again, so that things get done too. */
async function rampage(): Promise<void> {
  for (let kill = 0; kill < KILLS; kill += 1) {
    await platform.kill(random.pick(LIKELY));
    if (random.chance(0.3)) await platform.ready();
    await sleep(random.below(250));
  }
  await platform.ready();
}

async function count(sql: string): Promise<number> {
  const [row] = await platform.databases.settlement.query<{ count: number }>(sql);
  return row?.count ?? -1;
}

/** Waits until nothing is on its way any more. */
async function drained(acknowledged: Acknowledged): Promise<void> {
  await eventually(
    async () => {
      await platform.leasesRunOut();
      const open = `SELECT count(*)::int AS count FROM settlement_commands WHERE status <> 'settled'`;
      expect(await count(open)).toBe(0);
      const pending = `SELECT count(*)::int AS count FROM outbox WHERE status <> 'sent'`;
      expect(await count(pending)).toBe(0);
      const [events] = await platform.databases.compliance.query(pending);
      expect(events).toEqual({ count: 0 });
      expect(new Set(receiver.settled.values()).size).toBe(acknowledged.commands.size);
    },
    { timeoutMs: DRAIN_MS },
  );
}

describe(`${String(KILLS)} kills of services and PostgreSQL, with duplicates and reordering`, () => {
  it(
    'lose nothing, and nothing takes effect twice',
    async () => {
      const acknowledged: Acknowledged = { deposits: new Map(), commands: new Map() };
      let stopped = false;
      const shared = { acknowledged, stopped: () => stopped };
      const clients = Array.from({ length: CLIENTS }, (_, n) => client(platform, n, shared));
      const decisions = decider(platform, shared);
      await rampage();
      stopped = true;
      await Promise.all([...clients, decisions]);
      await drained(acknowledged);
      report(acknowledged);

      const { commands, deposits } = acknowledged;
      // Nothing lost: what a client was told is there, and has gone its whole way.
      expect(await count('SELECT count(*)::int AS count FROM settlement_commands')).toBe(
        commands.size,
      );
      // Nothing doubled: four steps each, one hold and one posting each, one deposit for each key.
      expect(
        await count(`SELECT count(*)::int AS count FROM (SELECT FROM settlement_command_history
          GROUP BY command_id HAVING count(*) <> 4) odd`),
      ).toBe(0);
      expect(
        await count(`SELECT count(*)::int AS count FROM (SELECT FROM ledger_transfers
          WHERE origin_type = 'command' GROUP BY origin_id HAVING count(*) <> 2) odd`),
      ).toBe(0);
      expect(await balances()).toEqual(expectedBalances(acknowledged));
      expect(
        await count(
          `SELECT count(*)::int AS count FROM ledger_transfers WHERE origin_type = 'deposit'`,
        ),
      ).toBe([...deposits.values()].reduce((sum, n) => sum + n, 0));
      // Every settled command was told of under one webhook id, however often that was sent.
      expect(receiver.settled.size).toBe(commands.size);
    },
    KILLS * 10_000 + DRAIN_MS + MINUTE_MS,
  );
});

async function balances(): Promise<Record<string, string>> {
  const rows = await platform.databases.settlement.query<{ account_ref: string; balance: string }>(
    `SELECT account_ref, trim_scale(credits_posted - debits_posted)::text AS balance FROM ledger_accounts
      WHERE purpose = 'main' AND debits_pending = 0 AND credits_pending = 0`,
  );
  return Object.fromEntries(rows.map(({ account_ref, balance }) => [account_ref, balance]));
}

/** In tenths, because a deposit is of 1 and a command of 0.1. */
function expectedBalances({ deposits, commands }: Acknowledged): Record<string, string> {
  const tenths = new Map([...deposits].map(([payer, n]) => [payer, n * 10]));
  for (const { payer, payee } of commands.values()) {
    tenths.set(payer, (tenths.get(payer) ?? 0) - 1);
    tenths.set(payee, (tenths.get(payee) ?? 0) + 1);
  }
  return Object.fromEntries([...tenths].map(([who, n]) => [who, String(n / 10)]));
}

function report({ commands, deposits }: Acknowledged): void {
  const total = [...deposits.values()].reduce((sum, n) => sum + n, 0);
  process.stderr.write(
    `chaos: seed ${String(SEED)}, kills ${JSON.stringify(platform.killed)}, ` +
      `injected ${JSON.stringify(platform.disorder.injected)}; ${String(commands.size)} commands, ` +
      `${String(total)} deposits, ${String(receiver.requests)} webhooks\n`,
  );
}
