import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually, type ApiAnswer } from '@fusion-prime/testing';
import { startPlatform, type Platform } from './platform.js';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.close());

interface Cast {
  payer: string;
  payee: string;
  arbiter: string;
}
const cast = (): Cast => ({
  payer: `payer-${randomUUID()}`,
  payee: `payee-${randomUUID()}`,
  arbiter: `arbiter-${randomUUID()}`,
});

async function agree(who: Partial<Cast>, more: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await platform.api('POST', '/escrows', {
    ...who,
    asset_symbol: 'USDC',
    amount: '10',
    ...more,
  });
  expect(status).toBe(201);
  return body['escrow_id'] as string;
}

async function deposit(who: string, amount = '10'): Promise<void> {
  await platform.api('POST', '/deposits', { account_ref: who, asset_symbol: 'USDC', amount });
}

const act = (id: string, name: string, actingParty: string, more = {}): Promise<ApiAnswer> =>
  platform.api('POST', `/escrows/${id}/${name}`, { acting_party: actingParty, ...more });

async function funded(who: Partial<Cast> & { payer: string }, more = {}): Promise<string> {
  await deposit(who.payer);
  const id = await agree(who, more);
  expect((await act(id, 'fund', who.payer)).status).toBe(200);
  return id;
}

async function available(who: string): Promise<string> {
  const { body } = await platform.api('GET', `/accounts/${who}/balances`);
  return (body['data'] as { available: string }[])[0]?.available ?? 'nothing';
}

describe('an escrow', () => {
  it('ends once, however many of its parties end it at the same moment', async () => {
    const who = cast();
    const id = await funded(who);
    const parts = { released: '4', refunded: '6' };
    const ends = Array.from({ length: 4 }, () => [
      act(id, 'release', who.payer),
      act(id, 'refund', who.payee),
      act(id, 'split', who.arbiter, parts),
    ]).flat();
    const answers = (await Promise.all(ends)).map(({ status, body }) => body['code'] ?? status);
    expect(answers.filter((answer) => answer !== 'escrow-transition-illegal')).toEqual([200]);
  });

  it.each([
    ['release', 'payer', 'released', ['0', '10']],
    ['release', 'arbiter', 'released', ['0', '10']],
    ['refund', 'payee', 'refunded', ['10', 'nothing']],
    ['refund', 'arbiter', 'refunded', ['10', 'nothing']],
  ] as const)('has a %s by its %s: %s, and they have %j', async (name, role, state, have) => {
    const who = cast();
    const id = await funded(who);
    expect(await available(who.payer)).toBe('0');
    expect(await act(id, name, who[role])).toMatchObject({ status: 200, body: { state } });
    expect([await available(who.payer), await available(who.payee)]).toEqual(have);
  });

  it.each([
    ['release', 'payee'],
    ['refund', 'payer'],
    ['split', 'payer'],
    ['dispute', 'arbiter'],
    ['release', 'stranger'],
  ] as const)('is not %s by its %s', async (name, role) => {
    const who = cast();
    const id = await funded(who);
    const parts = name === 'split' ? { released: '4', refunded: '6' } : {};
    expect(await act(id, name, { ...who, stranger: 'stranger' }[role], parts)).toMatchObject({
      status: 403,
      body: { code: 'escrow-party-forbidden' },
    });
    expect((await platform.api('GET', `/escrows/${id}`)).body['state']).toBe('funded');
  });

  it('in dispute is decided by the arbiter alone, who may split it', async () => {
    const who = cast();
    const id = await funded(who);
    await act(id, 'dispute', who.payee);
    expect((await act(id, 'release', who.payer)).body['code']).toBe('escrow-party-forbidden');
    expect(
      (await act(id, 'split', who.arbiter, { released: '4', refunded: '5' })).body['code'],
    ).toBe('escrow-split-unequal');
    const split = await act(id, 'split', who.arbiter, { released: '4', refunded: '6' });
    expect(split.body).toMatchObject({ state: 'split', released: '4', refunded: '6', version: 4 });
    expect([await available(who.payer), await available(who.payee)]).toEqual(['6', '4']);
    expect(await act(id, 'release', who.arbiter)).toMatchObject({
      status: 409,
      body: { code: 'escrow-transition-illegal' },
    });
  });

  it('gives everything back when its time is over, and is nobody else’s then', async () => {
    const who = cast();
    const id = await funded(who, { expires_at: new Date(Date.now() + 1_500).toISOString() });
    await eventually(async () => {
      const { body } = await platform.api('GET', `/escrows/${id}`);
      expect(body).toMatchObject({ state: 'expired', refunded: '10' });
    });
    expect(await available(who.payer)).toBe('10');
    const kept = await platform.settlementDatabase.query(
      `SELECT credits_posted = debits_posted AS empty FROM ledger_accounts WHERE account_ref = $1`,
      [id],
    );
    expect(kept).toEqual([{ empty: true }]);
  });

  it('whose time is over but which nobody has ended yet cannot be released', async () => {
    const who = cast();
    const id = await funded(who);
    await platform.settlementDatabase.query(
      `UPDATE escrows SET expires_at = now() WHERE escrow_id = $1`,
      [id],
    );
    const { status, body } = await act(id, 'release', who.payer);
    expect([
      status,
      ['escrow-expired', 'escrow-transition-illegal'].includes(String(body['code'])),
    ]).toEqual([409, true]);
  });

  it.each([
    ['payer and payee are one', { payee: 'same', payer: 'same' }],
    ['the arbiter is a party', { payer: 'same', payee: 'other', arbiter: 'same' }],
    ['the arbiter is the other party', { payer: 'other', payee: 'same', arbiter: 'same' }],
  ])('is refused when %s', async (_what, who) => {
    expect(
      await platform.api('POST', '/escrows', { ...who, asset_symbol: 'USDC', amount: '1' }),
    ).toMatchObject({ status: 422, body: { code: 'parties-equal' } });
  });

  it('stays as it is when the payer lacks the funds', async () => {
    const who = cast();
    const id = await agree(who);
    expect(await act(id, 'fund', who.payer)).toMatchObject({
      status: 409,
      body: { code: 'insufficient-funds' },
    });
    expect((await act(id, 'cancel', who.payee)).body['state']).toBe('cancelled');
  });

  it.each([
    ['BLOCKED', 'compliance-rejected'],
    ['IN_REVIEW', 'compliance-held'],
  ])('is not funded while compliance says no or nothing: %s', async (kycState, code) => {
    const who = cast();
    await deposit(who.payer);
    await platform.complianceApi('POST', '/subjects', {
      external_ref: who.payee,
      kind: 'PERSON',
      names: ['x'],
    });
    await platform.complianceDatabase.query(
      'UPDATE subjects SET kyc_state = $2 WHERE external_ref = $1',
      [who.payee, kycState],
    );
    const id = await agree(who);
    expect(await act(id, 'fund', who.payer)).toMatchObject({ status: 409, body: { code } });
    expect(await available(who.payer)).toBe('10');
  });

  it('without an arbiter knows no dispute', async () => {
    const { payer, payee } = cast();
    const id = await funded({ payer, payee });
    expect(await act(id, 'dispute', payee)).toMatchObject({
      status: 409,
      body: { code: 'escrow-without-arbiter' },
    });
  });

  it('is changed only in the version that was read, and there is none under another id', async () => {
    const who = cast();
    const id = await agree(who);
    const stale = await platform.api(
      'POST',
      `/escrows/${id}/cancel`,
      { acting_party: who.payer },
      { 'if-match': '"2"' },
    );
    expect(stale).toMatchObject({ status: 412, body: { code: 'escrow-version-mismatch' } });
    expect(await platform.api('GET', `/escrows/${randomUUID()}`)).toMatchObject({
      status: 404,
      body: { code: 'escrow-not-found' },
    });
  });

  it('is released once by ten that try at the same moment, and tells of it once', async () => {
    const who = cast();
    const id = await funded(who);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => act(id, 'release', who.payer)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await available(who.payee)).toBe('10');
    const told = await platform.settlementDatabase.query<{ event_type: string }>(
      `SELECT event_type FROM outbox WHERE aggregate_id = $1 ORDER BY aggregate_seq`,
      [id],
    );
    expect(told.map(({ event_type }) => event_type)).toEqual([
      'settlement.escrow.created.v1',
      'settlement.escrow.funded.v1',
      'settlement.escrow.released.v1',
    ]);
  });
});
