import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { accountName, ASSET } from '../settlement/accounts.js';

/*
 * What settlement is compared with: the same rows, a transaction for each command, as somebody writes it who
 * knows PostgreSQL: prepared statements, many connections, accounts locked in one order, one statement for
 * each step. It takes nothing in over HTTP and asks no compliance.
 *
 * Started as a program of its own: node one-transfer-each.js COMMANDS ACCOUNTS CONNECTIONS
 */
const [commands = 0, accounts = 0, connections = 0] = process.argv.slice(2).map(Number);
const AMOUNT = '12.500000000000000001';

const TOLD = (seq: number, status: string): string => `
  INSERT INTO outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq, event_type,
    payload, occurred_at)
  SELECT gen_random_uuid(), 'settlement/webhooks', 'command', $1, ${String(seq)},
    'settlement.command.${status}.v1', $2, now()`;

const PAST = (seq: number, from: string, status: string): string => `
  INSERT INTO settlement_command_history (command_id, seq, from_status, to_status, actor, occurred_at)
  VALUES ($1, ${String(seq)}, ${from}, '${status}', 'bench', now())`;

const RECEIVE = `WITH told AS (${TOLD(1, 'received')}), past AS (${PAST(1, 'NULL', 'received')})
  INSERT INTO settlement_commands (command_id, workflow_id, account_ref, payer, payee, asset_symbol,
    amount_numeric, status, created_at, last_updated, payload_hash, due_at)
  VALUES ($1, 'wf-1', $3, $3, $4, '${ASSET}', $5, 'received', now(), now(),
    decode(repeat('ab', 32), 'hex'), NULL)`;

const LOCK = `SELECT account_id, account_ref,
    credits_posted - debits_posted - debits_pending >= $3::numeric AS affords
  FROM ledger_accounts
  WHERE account_ref IN ($1, $2) AND asset_symbol = '${ASSET}' AND purpose = 'main'
  ORDER BY account_id FOR NO KEY UPDATE`;

const VALIDATE = `WITH told AS (${TOLD(2, 'validated')}), past AS (${PAST(2, "'received'", 'validated')}),
  held AS (
    INSERT INTO ledger_transfers (transfer_id, kind, debit_account_id, credit_account_id, amount,
      origin_type, origin_id) VALUES ($3, 'pending', $4, $5, $6, 'command', $1)),
  sums AS (
    UPDATE ledger_accounts SET
      debits_pending = debits_pending + CASE account_id WHEN $4 THEN $6::numeric ELSE 0 END,
      credits_pending = credits_pending + CASE account_id WHEN $5 THEN $6::numeric ELSE 0 END
    WHERE account_id IN ($4, $5))
  UPDATE settlement_commands SET status = 'validated', version = 2, decision = 'APPROVED', hold_id = $3,
    last_updated = now() WHERE command_id = $1`;

const EXECUTE = `WITH told AS (${TOLD(3, 'executed')}), past AS (${PAST(3, "'validated'", 'executed')}),
  posted AS (
    INSERT INTO ledger_transfers (transfer_id, kind, pending_id, debit_account_id, credit_account_id,
      amount, origin_type, origin_id)
    VALUES (gen_random_uuid(), 'post', $3, $4, $5, $6, 'command', $1)),
  sums AS (
    UPDATE ledger_accounts SET
      debits_pending = debits_pending - CASE account_id WHEN $4 THEN $6::numeric ELSE 0 END,
      debits_posted = debits_posted + CASE account_id WHEN $4 THEN $6::numeric ELSE 0 END,
      credits_pending = credits_pending - CASE account_id WHEN $5 THEN $6::numeric ELSE 0 END,
      credits_posted = credits_posted + CASE account_id WHEN $5 THEN $6::numeric ELSE 0 END
    WHERE account_id IN ($4, $5))
  UPDATE settlement_commands SET status = 'executed', version = 3, last_updated = now()
   WHERE command_id = $1`;

const SETTLE = `WITH told AS (${TOLD(4, 'settled')}), past AS (${PAST(4, "'executed'", 'settled')})
  UPDATE settlement_commands SET status = 'settled', version = 4, last_updated = now()
   WHERE command_id = $1`;

async function settle(client: pg.Client): Promise<void> {
  const [id, hold] = [randomUUID(), randomUUID()];
  const from = Math.floor(Math.random() * accounts);
  const [payer, payee] = [accountName(from), accountName((from + 1) % accounts)];
  const told = JSON.stringify({
    command_id: id,
    payer,
    payee,
    asset_symbol: ASSET,
    amount: AMOUNT,
  });
  const run = (name: string, text: string, values: unknown[]) =>
    client.query<{ account_id: string; account_ref: string; affords: boolean }>({
      ...{ name, text, values },
    });
  await client.query('BEGIN');
  await run('receive', RECEIVE, [id, told, payer, payee, AMOUNT]);
  const { rows } = await run('lock', LOCK, [payer, payee, AMOUNT]);
  const [debit, credit] = [payer, payee].map((ref) => rows.find((row) => row.account_ref === ref));
  if (debit?.affords !== true || credit === undefined) throw new Error(`${payer} cannot pay`);
  const money = [hold, debit.account_id, credit.account_id, AMOUNT];
  await run('validate', VALIDATE, [id, told, ...money]);
  await run('execute', EXECUTE, [id, told, ...money]);
  await run('settle', SETTLE, [id, told]);
  await client.query('COMMIT');
}

const clients = await Promise.all(
  Array.from({ length: connections }, async () => {
    const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
    await client.connect();
    return client;
  }),
);
let left = commands;
const startedAt = performance.now();
await Promise.all(
  clients.map(async (client) => {
    while (left > 0) {
      left -= 1;
      await settle(client);
    }
  }),
);
const seconds = (performance.now() - startedAt) / 1_000;
await Promise.all(clients.map((client) => client.end()));
process.stdout.write(`${String(commands / seconds)}\n`);
