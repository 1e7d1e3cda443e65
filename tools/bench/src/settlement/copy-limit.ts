import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../http-load.js';

export interface CopyWish {
  databaseUrl: string;
  folder: string;
  /** Rows of each table in one transaction, and how many in all. */
  size: number;
  items: number;
  /** Programs at the same time. */
  atOnce: number;
}

/**
 * The rows of bulk ingests, as COPY takes them from files that are ready: nothing is parsed, judged or
 * answered. @returns items a second
 */
export async function copyItems({ databaseUrl, folder, ...wish }: CopyWish): Promise<number> {
  const { size, items, atOnce } = wish;
  const scripts = Array.from({ length: atOnce }, (_, i) => {
    const script = join(folder, `copy-${String(i)}.sql`);
    const bulks = Array.from({ length: Math.ceil(items / size / atOnce) }, () => bulk(size));
    writeFileSync(script, bulks.join(''));
    return { script, written: bulks.length * size };
  });
  const startedAt = performance.now();
  const flags = ['-X', '-q', '-v', 'ON_ERROR_STOP=1'];
  await Promise.all(
    scripts.map(({ script }) => output('psql', [...flags, '-f', script, databaseUrl])),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  return scripts.reduce((sum, { written }) => sum + written, 0) / seconds;
}

function bulk(size: number): string {
  const ids = Array.from({ length: size }, () => randomUUID());
  const now = new Date().toISOString();
  const rowsOf = (row: (id: string) => readonly (string | number)[]): string =>
    ids.map((id) => `${row(id).join('\t')}\n`).join('');
  const hash = `\\\\x${'ab'.repeat(32)}`;
  const body = ['wf-1', 'acct-1', 'acct-1', 'acct-2', 'USDC', '12.500000000000000001'];
  return `BEGIN;
COPY settlement_commands (command_id, workflow_id, account_ref, payer, payee, asset_symbol, amount_numeric, status, created_at, last_updated, payload_hash, due_at) FROM STDIN;
${rowsOf((id) => [id, ...body, 'received', now, now, hash, '\\N'])}\\.
COPY settlement_command_history (command_id, seq, to_status, actor, occurred_at) FROM STDIN;
${rowsOf((id) => [id, 1, 'received', 'bench', now])}\\.
COPY outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq, event_type, payload, occurred_at) FROM STDIN;
${rowsOf((id) => [randomUUID(), 'settlement/webhooks', 'command', id, 1, 'settlement.command.received.v1', payloadOf(id), now])}\\.
COMMIT;
`;
}

function payloadOf(id: string): string {
  return JSON.stringify({
    command_id: id,
    workflow_id: 'wf-1',
    account_ref: 'acct-1',
    payer: 'acct-1',
    payee: 'acct-2',
    asset_symbol: 'USDC',
    amount: '12.500000000000000001',
    status: 'received',
    reason: null,
    reason_iso: null,
    version: 1,
  });
}
