import { describe, expect, it } from '@jest/globals';
import { SEARCHED_ROWS } from '@fusion-prime/kernel';
import { serviceUnderTest } from '@fusion-prime/testing';
import { settlement } from '../src/settlement.js';

const service = serviceUnderTest(settlement);

const order = (commandId: string, overrides: object = {}): object => ({
  command_id: commandId,
  workflow_id: 'wf-1',
  account_ref: 'acct-1',
  payee: 'acct-2',
  asset_symbol: 'USDC',
  amount: '12.50',
  ...overrides,
});

describe('ingest', () => {
  it('answers 201 and where the command is', async () => {
    const answer = await service.api('POST', '/commands/ingest', order('first'));
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/commands/first');
    expect(answer.body).toMatchObject({
      command_id: 'first',
      payer: 'acct-1',
      amount: '12.5',
      status: 'received',
    });
  });

  it('answers 200 and says so when the same command comes again', async () => {
    await service.api('POST', '/commands/ingest', order('again', { amount: '1.0' }));
    const answer = await service.api(
      'POST',
      '/commands/ingest',
      order('again', { amount: '1.00' }),
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('idempotent-replayed')).toBe('true');
  });

  it('refuses other content under the same id and names the first field that differs', async () => {
    await service.api('POST', '/commands/ingest', order('taken'));
    const answer = await service.api(
      'POST',
      '/commands/ingest',
      order('taken', { payee: 'acct-3' }),
    );
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      code: 'command-id-reused',
      errors: [{ pointer: '/payee' }],
    });
  });

  it('makes one row and one event of 100 identical commands that come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => service.api('POST', '/commands/ingest', order('crowd'))),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(99).fill(200), 201]);
    const rows = await service.database.query(
      `SELECT amount_numeric FROM settlement_commands WHERE command_id = 'crowd'`,
    );
    expect(rows).toEqual([{ amount_numeric: '12.500000000000000000' }]);
    const events = await service.database.query<{ event_type: string }>(
      `SELECT event_type FROM outbox WHERE aggregate_id = 'crowd'`,
    );
    expect(events).toEqual([{ event_type: 'settlement.command.received.v1' }]);
  });

  it('makes one row of each of two commands under one id that come at once, and refuses the other', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        service.api(
          'POST',
          '/commands/ingest',
          order('rivals', { amount: i % 2 === 0 ? '1' : '2' }),
        ),
      ),
    );
    const refused = answers.filter(({ status }) => status === 422);
    expect(refused).toHaveLength(20);
    expect(new Set(refused.map(({ body }) => body['code']))).toEqual(
      new Set(['command-id-reused']),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it('stores a command that lacks payee, asset and amount', async () => {
    const answer = await service.api('POST', '/commands/ingest', {
      command_id: 'bare',
      workflow_id: 'wf-1',
      account_ref: 'acct-1',
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ payee: null, asset_symbol: null, amount: null });
  });

  it('replays a command from before fingerprints were kept', async () => {
    await service.database.query(
      `INSERT INTO settlement_commands (command_id, workflow_id, account_ref, payer, payee, asset_symbol,
         amount_numeric, status) VALUES ('old', 'wf-1', 'acct-1', NULL, 'acct-2', 'USDC', 12.5, 'received')`,
    );
    expect((await service.api('POST', '/commands/ingest', order('old'))).status).toBe(200);
  });

  it.each([
    ['a number as amount', { amount: 12.5 }, 'amount-not-string', '/amount'],
    ['an amount of zero', { amount: '0.00' }, 'amount-not-positive', '/amount'],
    [
      '19 digits after the point',
      { amount: '0.0000000000000000001' },
      'amount-malformed',
      '/amount',
    ],
    ['a field that nobody knows', { memo: 'x' }, 'validation-failed', '/memo'],
    ['an id with a space', { command_id: 'a b' }, 'validation-failed', '/command_id'],
    ['a lower-case asset', { asset_symbol: 'usdc' }, 'validation-failed', '/asset_symbol'],
    ['a line break in a reference', { payee: 'a\nb' }, 'validation-failed', '/payee'],
  ])('refuses %s', async (_what, overrides, code, pointer) => {
    const answer = await service.api('POST', '/commands/ingest', order('refused', overrides));
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code, errors: [{ pointer }] });
  });

  it('keeps all 38 digits of an amount', async () => {
    const amount = '12345678901234567890.123456789012345678';
    await service.api('POST', '/commands/ingest', order('exact', { amount }));
    expect((await service.api('GET', '/commands/exact')).body).toMatchObject({ amount });
  });
});

describe('a command', () => {
  it('is 404 when nobody sent it', async () => {
    const answer = await service.api('GET', '/commands/nobody');
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'command-not-found' });
  });
});

describe('the list of commands', () => {
  it('gives every command once, newest first, page by page', async () => {
    const ids = Array.from({ length: 7 }, (_, i) => `page-${i}`);
    for (const id of ids) {
      await service.api('POST', '/commands/ingest', order(id, { workflow_id: 'wf-page' }));
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await service.api('GET', `/commands?workflow_id=wf-page&limit=3${query}`);
      const page = answer.body as unknown as {
        data: { command_id: string }[];
        next_cursor: string | null;
      };
      seen.push(...page.data.map(({ command_id }) => command_id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([...ids].reverse());
  });

  it('gives an empty page that goes on when a status is further away than it looks', async () => {
    await service.database.query(
      `INSERT INTO settlement_commands (command_id, workflow_id, account_ref, status, created_at)
       SELECT 'far-' || n, 'wf-far', 'acct-far', CASE n WHEN 0 THEN 'executed' ELSE 'settled' END,
              timestamptz '2020-01-01' + n * interval '1 ms' FROM generate_series(0, $1::int) AS n`,
      [SEARCHED_ROWS],
    );
    const path = '/commands?workflow_id=wf-far&status=executed';
    const { body: first } = await service.api('GET', path);
    expect(first).toEqual({ data: [], next_cursor: expect.any(String) });
    const answer = await service.api('GET', `${path}&cursor=${first['next_cursor'] as string}`);
    expect(answer.body).toMatchObject({ data: [{ command_id: 'far-0' }], next_cursor: null });
  });

  it('refuses a cursor of another list', async () => {
    const { body } = await service.api('GET', '/commands?limit=1');
    const cursor = body['next_cursor'] as string;
    const answer = await service.api('GET', `/commands?limit=1&status=settled&cursor=${cursor}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid-cursor' });
  });
});

describe('who may do what', () => {
  it.each([
    ['no token', [], 401],
    ['a token that only reads', ['settlement:read'], 403],
  ])('refuses to ingest with %s', async (_what, scopes, status) => {
    const api = await service.apiWith(...scopes);
    expect((await api('POST', '/commands/ingest', order('forbidden'))).status).toBe(status);
    const rows = await service.database.query(
      `SELECT FROM settlement_commands WHERE command_id = 'forbidden'`,
    );
    expect(rows).toEqual([]);
  });
});
