import { randomUUID } from 'node:crypto';
import { timed, type HttpClient } from '../http-client.js';

export interface BulkWish {
  /** Items in all, and in one request. */
  items: number;
  size: number;
  /** Requests at the same time. */
  inFlight: number;
  /** Who pays whom; accounts of the n-th item. */
  parties: (n: number) => { payer: string; payee: string };
}

export interface BulkRun {
  seconds: number;
  /** Of each request, sorted. */
  latenciesMs: number[];
  /** Items that were not taken in. */
  failed: number;
}

const AMOUNT = '12.500000000000000001';

/** Bodies of bulk ingests, made before anything is timed. */
export function bulkBodies({ items, size, parties }: BulkWish): Buffer[] {
  return Array.from({ length: Math.ceil(items / size) }, (_, i) => {
    const count = Math.min(size, items - i * size);
    const orders = Array.from({ length: count }, (_order, k) => {
      const { payer, payee } = parties(i * size + k);
      return {
        command_id: randomUUID(),
        workflow_id: 'wf-1',
        account_ref: payer,
        payee,
        asset_symbol: 'USDC',
        amount: AMOUNT,
      };
    });
    return Buffer.from(JSON.stringify(orders));
  });
}

/** Sends bulks, a few at a time. */
export async function sendBulks(client: HttpClient, wish: BulkWish): Promise<BulkRun> {
  const bodies = bulkBodies(wish);
  let received = 0;
  const startedAt = performance.now();
  const latenciesMs = await timed(wish.inFlight, bodies, async (body) => {
    const { status, text } = await client.post('/commands/ingest/bulk', body);
    // The counts stand in front of ten thousand results.
    if (status === 200) received += Number(/^\{"received":(\d+)/.exec(text)?.[1] ?? 0);
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, latenciesMs, failed: wish.items - received };
}
