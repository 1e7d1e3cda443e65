import { describe, expect, it } from '@jest/globals';
import type { Tx } from '@fusion-prime/database';
import { remember } from './processed-events.js';

const arrival = (source: string, id: string) => ({
  raw: { specversion: '1.0' as const, id, source, type: 't' },
});

describe('a batch of events', () => {
  it('is written in one order, whatever order it came in: two batches with the same events do not deadlock', async () => {
    const written: unknown[][] = [];
    const tx = {
      query: (_sql: string, values: unknown[]) => {
        written.push(values.slice(1, 3));
        return Promise.resolve([]);
      },
    } as unknown as Tx;
    const events = [arrival('b', '1'), arrival('a', '2'), arrival('a', '1')];
    await remember(tx, 'settlement', events);
    await remember(tx, 'settlement', [...events].reverse());
    expect(written[0]).toEqual([
      ['a', 'a', 'b'],
      ['1', '2', '1'],
    ]);
    expect(written[1]).toEqual(written[0]);
  });
});
