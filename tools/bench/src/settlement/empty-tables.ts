import { adminUrlOf, withClient } from '../database.js';
import type { BenchServer } from '../server.js';

const GUARDED = ['settlement_command_history', 'ledger_transfers'];
const TABLES = [
  ...['settlement_commands', 'outbox', 'processed_events', 'ledger_accounts', 'ledger_holds'],
  ...['webhook_subscriptions', 'webhook_old_secrets', 'webhook_messages', 'webhook_deliveries'],
  ...['webhook_attempts', 'escrows', 'settlement_groups', 'settlement_group_legs'],
  ...GUARDED,
];

/** Everybody begins with the same empty tables, and after a checkpoint. */
export async function emptySettlement(server: BenchServer): Promise<void> {
  await withClient(adminUrlOf(server, 'settlement_db'), async (client) => {
    // What is append-only for everybody else.
    for (const table of GUARDED) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
    await client.query(`TRUNCATE ${TABLES.join(', ')} RESTART IDENTITY`);
    for (const table of GUARDED) await client.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
    await client.query('CHECKPOINT');
  });
}
