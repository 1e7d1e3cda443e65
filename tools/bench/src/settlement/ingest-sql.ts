// What an ingest writes: the command, its first step, its event. One statement, so one round trip.
const COMMAND = `INSERT INTO settlement_commands (command_id, workflow_id, account_ref, payer, payee,
    asset_symbol, amount_numeric, status, created_at, last_updated, payload_hash, due_at)
  SELECT id, 'wf-1', 'acct-1', 'acct-1', 'acct-2', 'USDC', 12.500000000000000001, 'received', now(), now(),
    decode(repeat('ab', 32), 'hex'), NULL FROM fresh`;

/** The rows of one ingest, as pgbench writes them. */
export const THREE_ROWS = `WITH fresh AS (SELECT gen_random_uuid()::text AS id), made AS (${COMMAND}),
  past AS (INSERT INTO settlement_command_history (command_id, seq, to_status, actor, occurred_at)
    SELECT id, 1, 'received', 'bench', now() FROM fresh)
  INSERT INTO outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq, event_type,
    payload, headers, occurred_at)
  SELECT gen_random_uuid(), 'settlement/webhooks', 'command', id, 1, 'settlement.command.received.v1',
    json_build_object('command_id', id, 'workflow_id', 'wf-1', 'account_ref', 'acct-1', 'payer', 'acct-1',
      'payee', 'acct-2', 'asset_symbol', 'USDC', 'amount', '12.500000000000000001', 'status', 'received',
      'reason', NULL, 'reason_iso', NULL, 'version', 1), '{}', now() FROM fresh;`;

/** The command alone. */
export const ONE_ROW = `WITH fresh AS (SELECT gen_random_uuid()::text AS id) ${COMMAND};`;
