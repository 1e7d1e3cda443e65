import type pg from 'pg';

/** Each account and each workflow has one command in so many. */
export const PARTS = 100;
/** One command in so many failed. */
export const FAILED_OF = 100;

// Newest last, a millisecond apart.
const FILL = `INSERT INTO settlement_commands (command_id, workflow_id, account_ref, payer, payee,
    asset_symbol, amount_numeric, status, reason_code, version, created_at, last_updated, due_at)
  SELECT 'cmd-' || lpad(i::text, 10, '0'), 'wf-' || i % ${String(PARTS)}, 'acct-' || i % ${String(PARTS)},
         'acct-' || i % ${String(PARTS)}, 'acct-' || (i + 1) % ${String(PARTS)}, 'USDC', 12.5,
         CASE WHEN i % ${String(FAILED_OF)} = 7 THEN 'failed' ELSE 'settled' END,
         CASE WHEN i % ${String(FAILED_OF)} = 7 THEN 'failed-by-operator' END,
         4, timestamptz '2026-01-01' + i * interval '1 ms', timestamptz '2026-01-01' + i * interval '1 ms',
         NULL
    FROM generate_series($1::int, $2::int) AS i`;

/** Adds commands until there are so many. */
export async function growCommands(
  client: pg.Client,
  { from, to }: { from: number; to: number },
): Promise<void> {
  await client.query(FILL, [from + 1, to]);
  await client.query('VACUUM (ANALYZE) settlement_commands');
  await client.query('CHECKPOINT');
}

/** Where half of what `where` lets through is before, as a cursor says it. */
export async function middleOf(
  client: pg.Client,
  where: string,
  count: number,
): Promise<[string, string]> {
  const { rows } = await client.query<{ at: string; id: string }>(
    `SELECT created_at::text AS at, command_id AS id FROM settlement_commands WHERE ${where}
      ORDER BY created_at DESC, command_id DESC OFFSET $1 LIMIT 1`,
    [Math.floor(count / 2)],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`no command where ${where}`);
  return [row.at, row.id];
}
