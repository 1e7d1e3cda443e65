import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually, serviceUnderTest, type ApiAnswer } from '@fusion-prime/testing';
import { TrialBalance } from '../src/ledger/trial-balance.js';
import { settlement } from '../src/settlement.js';

const service = serviceUnderTest(settlement);

const post = (path: string, body: unknown, headers = {}): Promise<ApiAnswer> =>
  service.api('POST', path, body, headers);
const money = (who: string, amount: string): Record<string, string> => ({
  account_ref: who,
  asset_symbol: 'USDC',
  amount,
});

async function balanceOf(who: string, query = ''): Promise<Record<string, unknown> | undefined> {
  const { body } = await service.api('GET', `/accounts/${who}/balances${query}`);
  if (body['data'] === undefined) throw new Error(JSON.stringify(body));
  return (body['data'] as Record<string, unknown>[])[0];
}

async function funded(amount = '10'): Promise<string> {
  const who = randomUUID();
  expect((await post('/deposits', money(who, amount))).status).toBe(201);
  return who;
}

async function held(payer: string, amount: string, more = {}): Promise<string> {
  const { status, body } = await post('/holds', {
    payer,
    payee: `${payer}-payee`,
    asset_symbol: 'USDC',
    amount,
    ...more,
  });
  expect(status).toBe(201);
  return body['hold_id'] as string;
}

describe('deposits and withdrawals', () => {
  it('keep every one of 18 places, and answer with the balance after', async () => {
    const who = await funded('0.000000000000000001');
    const { body } = await post('/deposits', money(who, '99999999999999999999.999999999999999998'));
    expect(body).toMatchObject({
      kind: 'deposit',
      amount: '99999999999999999999.999999999999999998',
      balance: { balance: '99999999999999999999.999999999999999999' },
    });
  });

  it('can sum to more than one amount can hold', async () => {
    const who = await funded('99999999999999999999');
    await post('/deposits', money(who, '99999999999999999999'));
    expect(await balanceOf(who)).toMatchObject({ balance: '199999999999999999998' });
  });

  it('do not take out what is not there', async () => {
    const who = await funded('1');
    expect(await post('/withdrawals', money(who, '1.000000000000000001'))).toMatchObject({
      status: 409,
      body: { code: 'insufficient-funds' },
    });
    expect((await post('/withdrawals', money(who, '1'))).body).toMatchObject({
      balance: { balance: '0' },
    });
  });

  it('take effect once under one key, however often they are sent', async () => {
    const who = randomUUID();
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post('/deposits', money(who, '5'), key)),
    );
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(await post('/deposits', money(who, '5'), key)).toMatchObject({ status: 201 });
    expect(await balanceOf(who)).toMatchObject({ balance: '5' });
    expect((await post('/deposits', money(who, '6'), key)).body['code']).toBe(
      'idempotency-key-reused',
    );
  });

  it('never let fifty withdrawals at once take more than there is', async () => {
    const who = await funded('10');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post('/withdrawals', money(who, '0.3'))),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(33);
    expect(await balanceOf(who)).toMatchObject({ balance: '0.1' });
  });
});

describe('a hold', () => {
  it('counts at once, and a part of it can be taken', async () => {
    const who = await funded();
    const id = await held(who, '8');
    expect(await balanceOf(who)).toMatchObject({ balance: '10', available: '2' });
    const { body } = await post(`/holds/${id}/capture`, { amount: '3' });
    expect(body).toMatchObject({ status: 'captured', captured: '3', balance: { available: '7' } });
    expect(await balanceOf(`${who}-payee`)).toMatchObject({ balance: '3' });
  });

  it.each([
    ['all of it when no amount is named', {}, '8'],
    ['nothing, which is legal', { amount: '0' }, '0'],
  ])('gives %s', async (_what, body, captured) => {
    const id = await held(await funded(), '8');
    expect((await post(`/holds/${id}/capture`, body)).body).toMatchObject({ captured });
  });

  it.each([
    ['capture', { amount: '2' }, 'captured with 2'],
    ['void', undefined, 'voided'],
  ])('ends once: after a %s a second end is told how the first was', async (how, body, words) => {
    const id = await held(await funded(), '8');
    expect((await post(`/holds/${id}/${how}`, body)).status).toBe(200);
    for (const second of ['capture', 'void']) {
      const answer = await post(`/holds/${id}/${second}`, second === 'capture' ? {} : undefined);
      expect(answer).toMatchObject({ status: 409, body: { code: 'hold-resolved' } });
      expect(answer.body['detail']).toContain(words);
    }
  });

  it('ends once, however many try at the same moment', async () => {
    const who = await funded();
    const id = await held(who, '8');
    const ends = Array.from({ length: 10 }, (_, i) =>
      i % 2 === 0
        ? post(`/holds/${id}/capture`, { amount: '3' })
        : post(`/holds/${id}/void`, undefined),
    );
    const answers = (await Promise.all(ends)).map(({ status, body }) => body['code'] ?? status);
    expect(answers.filter((answer) => answer !== 'hold-resolved')).toEqual([200]);
    expect(await balanceOf(who)).toMatchObject({ debits_pending: '0' });
  });

  it('is given back when its time is over', async () => {
    const who = await funded();
    const id = await held(who, '8', { expires_at: new Date(Date.now() + 300).toISOString() });
    await eventually(async () =>
      expect((await service.api('GET', `/holds/${id}`)).body['status']).toBe('expired'),
    );
    expect(await balanceOf(who)).toMatchObject({ available: '10' });
  });

  it('that has expired by the database’s clock is not captured, even before it is given back', async () => {
    const id = await held(await funded(), '8');
    await service.database.query(
      `UPDATE ledger_holds SET expires_at = now() - interval '1 ms' WHERE hold_id = $1`,
      [id],
    );
    const { status, body } = await post(`/holds/${id}/capture`, {});
    expect([status, ['hold-expired', 'hold-resolved'].includes(String(body['code']))]).toEqual([
      409,
      true,
    ]);
  });

  it.each([
    ['more than is available', 409, 'insufficient-funds', { amount: '11' }],
    ['for oneself', 422, 'parties-equal', { payee: undefined }],
  ])('is refused %s', async (_what, status, code, change) => {
    const payer = await funded();
    const body = { payer, payee: 'other', asset_symbol: 'USDC', amount: '1', ...change };
    const answer = await post('/holds', { ...body, payee: body.payee ?? payer });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('is not captured beyond its amount, and not found under another id', async () => {
    const id = await held(await funded(), '8');
    expect(await post(`/holds/${id}/capture`, { amount: '8.000000000000000001' })).toMatchObject({
      status: 422,
      body: { code: 'capture-exceeds-hold' },
    });
    expect(await post(`/holds/${randomUUID()}/void`, undefined)).toMatchObject({
      status: 404,
      body: { code: 'hold-not-found' },
    });
  });
});

describe('what the ledger tells', () => {
  it('are balances as they were at an instant', async () => {
    const who = await funded();
    const id = await held(who, '8');
    // Half-way between what was and what comes: instants have milliseconds, the ledger microseconds.
    const [row] = await service.database.query(
      `SELECT clock_timestamp() + interval '2 ms' AS now, pg_sleep(0.005)`,
    );
    const at = encodeURIComponent((row?.['now'] as Date).toISOString());
    await post(`/holds/${id}/capture`, { amount: '3' });
    await post('/deposits', money(who, '1'));
    expect(await balanceOf(who)).toMatchObject({ balance: '8', available: '8' });
    expect(await balanceOf(who, `?at=${at}`)).toMatchObject({
      balance: '10',
      available: '2',
      debits_pending: '8',
    });
    expect(await balanceOf(who, '?at=2001-01-01T00:00:00Z')).toBeUndefined();
  });

  it('are the entries of an account, newest first, page by page', async () => {
    const who = await funded();
    for (const amount of ['1', '2', '3']) await post('/withdrawals', money(who, amount));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await service.api('GET', `/transactions?account_ref=${who}&limit=3${more}`);
      seen.push(...(body['data'] as { amount: string }[]).map(({ amount }) => amount));
      cursor = body['next_cursor'] as string | null;
    }
    expect(seen).toEqual(['3', '2', '1', '10']);
    const { body } = await service.api('GET', '/transactions?limit=1');
    expect(body['data']).toHaveLength(1);
  });

  it('are the entries of one hold, also of one party or asset; of an asset alone there is no list', async () => {
    const who = await funded();
    const id = await held(who, '8');
    await post(`/holds/${id}/capture`, { amount: '3' });
    const kinds = async (query: string): Promise<string[]> => {
      const { body } = await service.api('GET', `/transactions?origin_id=${id}${query}`);
      return (body['data'] as { kind: string }[]).map(({ kind }) => kind);
    };
    expect(await kinds('')).toEqual(['post', 'pending']);
    expect(await kinds(`&account_ref=${who}-payee&asset_symbol=USDC`)).toEqual(['post', 'pending']);
    expect(await kinds('&account_ref=somebody')).toEqual([]);
    expect(await kinds('&asset_symbol=EURC')).toEqual([]);
    expect(await service.api('GET', '/transactions?asset_symbol=USDC')).toMatchObject({
      status: 422,
      body: { code: 'asset-without-account' },
    });
  });

  it('is an entry once, though both of its sides have the reference that is asked for', async () => {
    // The world's account of an asset has this reference, and a client may have it too.
    const { body } = await post('/deposits', money('external', '1'));
    const found = await service.api('GET', '/transactions?account_ref=external&asset_symbol=USDC');
    const ids = (found.body['data'] as { transaction_id: string }[]).map((t) => t.transaction_id);
    expect(ids.filter((id) => id === body['transaction_id'])).toHaveLength(1);
    expect(await balanceOf('external')).toMatchObject({ balance: '1', debits_posted: '0' });
  });

  it('is out of balance loudly: the service takes itself out', async () => {
    const { database } = service;
    await database.query(
      `UPDATE ledger_accounts SET credits_posted = credits_posted + 1 WHERE purpose = 'external'`,
    );
    const trial = service.app.get(TrialBalance, { strict: false });
    expect(await trial.check(new Date())).toHaveLength(1);
    const ready = await service.api('GET', '/health/ready');
    expect([ready.status, ready.text.includes('TRIAL_BALANCE_OFF')]).toEqual([503, true]);
    expect((await service.api('GET', '/metrics')).text).toMatch(
      /^ledger_unbalanced_assets\{.*\} 1$/m,
    );
    await database.query(
      `UPDATE ledger_accounts SET credits_posted = credits_posted - 1 WHERE purpose = 'external'`,
    );
    expect(await trial.check(new Date())).toEqual([]);
    expect((await service.api('GET', '/health/ready')).status).toBe(200);
  });
});
