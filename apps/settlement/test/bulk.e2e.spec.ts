import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { serviceUnderTest, type ApiAnswer } from '@fusion-prime/testing';
import { settlement } from '../src/settlement.js';

const service = serviceUnderTest(settlement);

const anItem = (change = {}): Record<string, unknown> => ({
  command_id: randomUUID(),
  workflow_id: 'wf',
  account_ref: 'alice',
  payee: 'bob',
  asset_symbol: 'USDC',
  amount: '1',
  ...change,
});
const send = (items: unknown, query = ''): Promise<ApiAnswer> =>
  service.api('POST', `/commands/ingest/bulk${query}`, items);

async function stored(items: readonly Record<string, unknown>[]): Promise<unknown> {
  const ids = items.map((item) => item['command_id']);
  const [row] = await service.database.query(
    `SELECT count(*)::int AS commands,
            (SELECT count(*)::int FROM settlement_command_history WHERE command_id = ANY($1)) AS steps,
            (SELECT count(*)::int FROM outbox WHERE aggregate_id = ANY($1)) AS events
       FROM settlement_commands WHERE command_id = ANY($1)`,
    [ids],
  );
  return row;
}

describe('a bulk', () => {
  it('of 10,000 is taken in whole, each with its history and its event', async () => {
    const items = Array.from({ length: 10_000 }, () => anItem());
    const { status, body } = await send(items);
    expect([status, body['received']]).toEqual([200, 10_000]);
    expect(await stored(items)).toEqual({ commands: 10_000, steps: 10_000, events: 10_000 });
    expect((await send(items)).body['replayed']).toBe(10_000);
    expect(await stored(items)).toEqual({ commands: 10_000, steps: 10_000, events: 10_000 });
  });

  it('says of each item what came of it, and one that is wrong is no other’s trouble', async () => {
    const taken = anItem();
    const twice = anItem();
    await send([taken]);
    const items = [
      anItem(),
      { ...taken },
      { ...taken, amount: '2' },
      anItem({ amount: 1 }),
      'nonsense',
      twice,
      { ...twice },
      { ...twice, payee: 'carol' },
    ];
    const { body } = await send(items);
    expect(body).toMatchObject({ received: 2, replayed: 2, refused: 4 });
    const results = body['results'] as {
      outcome: string;
      code?: string;
      errors?: { pointer: string }[];
    }[];
    expect(results.map(({ outcome, code }) => code ?? outcome)).toEqual([
      'received',
      'replayed',
      'command-id-reused',
      'amount-not-string',
      'validation-failed',
      'received',
      'replayed',
      'command-id-reused',
    ]);
    expect(results[2]?.errors?.[0]?.pointer).toBe('/amount');
  });

  it.each([
    ['an item is no command', (item: object) => [anItem(), { ...item, amount: 1 }], '/1/amount'],
    ['an id has other content', (item: object) => [anItem(), { ...item, payee: 'x' }], '/1/payee'],
  ])('that is atomic writes nothing when %s, and names it', async (_what, make, pointer) => {
    const taken = anItem();
    await send([taken]);
    const items = make(taken);
    const { status, body } = await send(items, '?atomic=true');
    expect([status, body['code']]).toEqual([422, 'bulk-item-refused']);
    expect((body['errors'] as { pointer: string }[])[0]?.pointer).toBe(pointer);
    expect(await stored(items.slice(0, 1))).toMatchObject({ commands: 0, events: 0 });
  });

  it('that is atomic takes replays as what they are', async () => {
    const taken = anItem();
    await send([taken]);
    const { body } = await send([taken, anItem()], '?atomic=true');
    expect(body).toMatchObject({ received: 1, replayed: 1 });
  });

  it('can be one JSON object a line', async () => {
    const items = [anItem(), anItem()];
    const token = await service.apiWith('settlement:write');
    const text = `${items.map((item) => JSON.stringify(item)).join('\n')}\n\n`;
    const answer = await token('POST', '/commands/ingest/bulk', text, {
      'content-type': 'application/x-ndjson',
    });
    expect(answer.body).toMatchObject({ received: 2 });
    const broken = await token('POST', '/commands/ingest/bulk', `${text}{"a":1,"a":2}`, {
      'content-type': 'application/x-ndjson',
    });
    expect(broken).toMatchObject({ status: 400, body: { code: 'duplicate-key' } });
    expect(broken.body['detail']).toContain('line 4');
  });

  it.each([
    ['nothing', [], 422, 'validation-failed'],
    ['no array', {}, 422, 'validation-failed'],
    ['10,001 items', Array.from({ length: 10_001 }, () => 1), 422, 'bulk-too-long'],
  ])('of %s is refused', async (_what, items, status, code) => {
    expect(await send(items)).toMatchObject({ status, body: { code } });
  });
});
