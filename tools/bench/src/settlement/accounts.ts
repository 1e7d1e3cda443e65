import { adminUrlOf, withClient } from '../database.js';
import type { BenchServer } from '../server.js';

export const ASSET = 'USDC';

export function accountName(n: number): string {
  return `acct-${String(n)}`;
}

/** As many accounts as `count`, each after one deposit that no benchmark spends. */
export async function fundAccounts(server: BenchServer, count: number): Promise<void> {
  await withClient(adminUrlOf(server, 'settlement_db'), async (client) => {
    await client.query(
      `WITH world AS (
         INSERT INTO ledger_accounts (account_ref, asset_symbol, purpose, debits_posted)
         VALUES ('external', $2, 'external', $1::numeric * 1000000000) RETURNING account_id),
       clients AS (
         INSERT INTO ledger_accounts (account_ref, asset_symbol, purpose, credits_posted)
         SELECT 'acct-' || i, $2, 'main', 1000000000 FROM generate_series(0, $1::int - 1) AS i
         RETURNING account_id)
       INSERT INTO ledger_transfers (transfer_id, kind, debit_account_id, credit_account_id, amount,
         origin_type, origin_id)
       SELECT gen_random_uuid(), 'posted', world.account_id, clients.account_id, 1000000000,
              'deposit', gen_random_uuid()::text
         FROM clients, world`,
      [count, ASSET],
    );
    await client.query('ANALYZE ledger_accounts, ledger_transfers');
  });
}
