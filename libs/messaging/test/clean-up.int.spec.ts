import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CleanUp, firstIdAt } from '../src/clean-up.js';
import { EventGauges } from '../src/event-gauges.js';
import { PracticeOutbox } from './practice-outbox.js';

let store: PracticeOutbox;
beforeAll(async () => {
  store = await PracticeOutbox.open();
});
afterAll(() => store.close());

const DAY_MS = 86_400_000;
const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);
const idOf = (days: number, n: number): string =>
  firstIdAt(daysAgo(days)).slice(0, -3) + String(n).padStart(3, '0');

describe('the clean-up', () => {
  it('removes what was handed over days ago, a bounded batch at a time, and nothing else', async () => {
    const rows: [number, string, number | null][] = [
      [9, 'sent', 8],
      [9, 'sent', 8],
      [9, 'sent', 8],
      [9, 'sent', 1], // happened long ago, handed over yesterday
      [9, 'discarded', null],
      [9, 'pending', null],
      [9, 'parked', null],
      [1, 'sent', 1],
    ];
    for (const [i, [days, status, sentDays]] of rows.entries()) {
      const [id] = await store.append({ eventId: idOf(days, i), data: { i } });
      await store.database.query(
        `UPDATE outbox SET status = $2, sent_at = $3, next_attempt_at = $4 WHERE event_id = $1`,
        [id, status, sentDays === null ? null : daysAgo(sentDays), daysAgo(days)],
      );
    }
    const cleanUp = new CleanUp(store.transactions, { sentDays: 7, batchSize: 3 });
    expect(await cleanUp.outbox()).toBe(true);
    expect(await cleanUp.outbox()).toBe(false);
    expect((await store.rows()).map(({ payload }) => payload['i'])).toEqual([3, 5, 6, 7]);
  });

  it('forgets events that took effect long ago, and keeps what is parked', async () => {
    const source = '/fusion-prime/compliance';
    const rows: [number, string, number][] = [
      [40, 'done', 40],
      [40, 'discarded', 40],
      [40, 'done', 1], // taken late: whoever sent it may send it again
      [40, 'parked', 40],
      [1, 'done', 1],
    ];
    for (const [i, [days, status, processed]] of rows.entries()) {
      await store.database.query(
        `INSERT INTO processed_events VALUES ('settlement', $1, $2, $3, $4, NULL, $5)`,
        [source, idOf(days, i), status, status === 'parked' ? '{}' : null, daysAgo(processed)],
      );
    }
    const cleanUp = new CleanUp(store.transactions, { processedDays: 30 });
    expect(await cleanUp.inbox('settlement', [source])).toBe(false);
    const left = await store.database.query<{ event_id: string }>(
      'SELECT event_id FROM processed_events ORDER BY event_id',
    );
    expect(left.map(({ event_id }) => event_id.slice(-1))).toEqual(['2', '3', '4']);
  });
});

describe('the gauges', () => {
  it('say what waits for each subscriber, how long, and what is parked', async () => {
    await store.clear();
    await store.append({}, {}, { subscriber: 'risk-engine' });
    await store.database.query(`UPDATE outbox SET status = 'parked' WHERE subscriber <> 'alert'`);
    await store.database.query(`UPDATE outbox SET occurred_at = now() - interval '1 hour'`);
    await store.database.query(
      `INSERT INTO processed_events VALUES ('settlement', 's', '1', 'parked', '{}')`,
    );
    const gauges = new EventGauges(store.transactions);
    const outbox = (await gauges.outbox()).sort((a, b) => (a.subscriber < b.subscriber ? -1 : 1));
    expect(outbox).toMatchObject([
      { subscriber: 'alert', pending: 2, parked: 0 },
      { subscriber: 'risk-engine', pending: 0, parked: 1, lagSeconds: 0 },
    ]);
    expect(outbox[0]?.lagSeconds).toBeGreaterThanOrEqual(3_600);
    expect(await gauges.inboxParked()).toBe(1);
  });
});
