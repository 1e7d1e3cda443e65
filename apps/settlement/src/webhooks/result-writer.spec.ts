import { describe, expect, it } from '@jest/globals';
import { ResultWriter } from './result-writer.js';
import type { SentResult } from './store-results.js';

const result = (deliveryId: string): SentResult => ({
  delivery: { deliveryId, subscriptionId: 's', eventId: 'e', attempts: 0, retries: 0, body: '' },
  outcome: { status: 'delivered', retries: 0, delayMs: 0 },
  post: { status: 200, body: '', retryAfterMs: null },
  startedAt: new Date(0),
  durationMs: 1,
  failingBefore: false,
});

/** A store that refuses some, and keeps the sizes of the batches that it took. */
function storeBut(refused: ReadonlySet<string>) {
  const stored: string[][] = [];
  const execute = async (results: readonly SentResult[]): Promise<void> => {
    const ids = results.map(({ delivery }) => delivery.deliveryId);
    if (ids.some((id) => refused.has(id))) throw new Error('refused');
    stored.push(ids);
  };
  return { execute, stored };
}

const lost: unknown[] = [];
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (facts: object) => void lost.push(facts),
};
const turn = (writer: ResultWriter): Promise<boolean> => writer.turn().catch(() => true);

describe('results', () => {
  it('that gathered are written at once, and whoever waits is told', async () => {
    const { execute, stored } = storeBut(new Set());
    let nudges = 0;
    const writer = new ResultWriter({ execute }, log, () => (nudges += 1));
    const waiting = ['a', 'b', 'c'].map((id) => writer.add(result(id)));
    expect(await writer.turn()).toBe(false);
    await Promise.all(waiting);
    expect([stored, nudges]).toEqual([[['a', 'b', 'c']], 3]);
  });

  it('hold up no other when the database refuses one, which is given up after ten tries', async () => {
    const { execute, stored } = storeBut(new Set(['bad']));
    const writer = new ResultWriter({ execute }, log, () => undefined);
    const ids = ['a', 'bad', 'b', 'c'];
    const waiting = ids.map((id) => writer.add(result(id)));
    for (let turns = 0; writer.size > 0 && turns < 100; turns += 1) await turn(writer);
    await Promise.all(waiting);
    expect(stored.flat().sort()).toEqual(['a', 'b', 'c']);
    expect(lost).toEqual([{ event: 'webhook.result-lost', deliveryId: 'bad' }]);
  });
});
