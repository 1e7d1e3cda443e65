import { adminUrlOf, withClient } from '../database.js';
import type { BenchServer } from '../server.js';

const SETTLEMENT = [
  ...['settlement_commands', 'settlement_command_history', 'outbox', 'processed_events'],
  ...['ledger_accounts', 'ledger_transfers', 'ledger_holds', 'escrows'],
  ...['settlement_groups', 'settlement_group_legs'],
  ...['webhook_subscriptions', 'webhook_old_secrets', 'webhook_messages', 'webhook_deliveries'],
  'webhook_attempts',
];

/** Everybody begins with the same empty tables, and after a checkpoint. */
export async function emptySettlement(server: BenchServer): Promise<void> {
  await emptyTables(server, 'settlement_db', SETTLEMENT);
}

export async function emptyTables(
  server: BenchServer,
  database: string,
  tables: readonly string[],
): Promise<void> {
  await withClient(adminUrlOf(server, database), async (client) => {
    // Some are append-only for everybody else.
    for (const table of tables) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
    await client.query(`TRUNCATE ${tables.join(', ')} RESTART IDENTITY`);
    for (const table of tables) await client.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
    await client.query('CHECKPOINT');
  });
}
