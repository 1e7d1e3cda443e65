import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually, type ApiAnswer } from '@fusion-prime/testing';
import { startPlatform, type Platform } from './platform.js';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.close());

const parties = (): { seller: string; buyer: string } => ({
  seller: `seller-${randomUUID()}`,
  buyer: `buyer-${randomUUID()}`,
});

interface LegWish {
  payer: string;
  payee: string;
  asset_symbol: string;
  amount: string;
}
const delivery = ({ seller, buyer }: ReturnType<typeof parties>): LegWish[] => [
  { payer: seller, payee: buyer, asset_symbol: 'BOND', amount: '5' },
  { payer: buyer, payee: seller, asset_symbol: 'USDC', amount: '500' },
];

async function deposit(who: string, asset: string, amount: string): Promise<void> {
  await platform.api('POST', '/deposits', { account_ref: who, asset_symbol: asset, amount });
}

const propose = (legs: LegWish[], more = {}): Promise<ApiAnswer> =>
  platform.api('POST', '/groups', { model: 'DVP1', legs, ...more });
const affirm = (id: string, party: string): Promise<ApiAnswer> =>
  platform.api('POST', `/groups/${id}/affirm`, { acting_party: party });

async function ended(id: string, status: string): Promise<ApiAnswer['body']> {
  return eventually(async () => {
    const { body } = await platform.api('GET', `/groups/${id}`);
    expect(body['status']).toBe(status);
    return body;
  });
}

async function holdings(who: string): Promise<Record<string, string>> {
  const { body } = await platform.api('GET', `/accounts/${who}/balances`);
  const data = body['data'] as { asset_symbol: string; available: string }[];
  return Object.fromEntries(data.map(({ asset_symbol, available }) => [asset_symbol, available]));
}

async function proposed(who: ReturnType<typeof parties>, more = {}): Promise<string> {
  const { status, body } = await propose(delivery(who), more);
  expect(status).toBe(201);
  return body['group_id'] as string;
}

describe('a group', () => {
  it('is settled as one when every payer has affirmed', async () => {
    const who = parties();
    await deposit(who.seller, 'BOND', '5');
    await deposit(who.buyer, 'USDC', '500');
    const id = await proposed(who);
    const { body: affirmed } = await affirm(id, who.seller);
    expect(affirmed['status']).toBe('pending');
    expect((await affirm(id, who.seller)).body).toEqual(affirmed);
    expect((await affirm(id, who.buyer)).body['status']).toBe('matched');
    await ended(id, 'settled');
    expect(await holdings(who.seller)).toEqual({ BOND: '0', USDC: '500' });
    expect(await holdings(who.buyer)).toEqual({ BOND: '5', USDC: '0' });
    expect((await affirm(id, who.buyer)).body['code']).toBe('group-transition-illegal');
  });

  it('forgets no payer of many who affirm at the same moment', async () => {
    const run = randomUUID();
    const payers = Array.from({ length: 12 }, (_, i) => `payer-${String(i)}-${run}`);
    const legs = payers.map((payer, i) => ({
      payer,
      payee: `payee-${run}`,
      asset_symbol: i % 2 === 0 ? 'BOND' : 'USDC',
      amount: '1',
    }));
    for (const { payer, asset_symbol } of legs) await deposit(payer, asset_symbol, '1');
    const { body } = await propose(legs);
    const id = body['group_id'] as string;
    const answers = await Promise.all(payers.map((payer) => affirm(id, payer)));
    expect(answers.map(({ status }) => status)).toEqual(payers.map(() => 200));
    await ended(id, 'settled');
  });

  it('moves nothing when one leg lacks the funds, and names it', async () => {
    const who = parties();
    await deposit(who.seller, 'BOND', '5');
    await deposit(who.buyer, 'USDC', '499.999999999999999999');
    const id = await proposed(who);
    await affirm(id, who.seller);
    await affirm(id, who.buyer);
    expect(await ended(id, 'failed')).toMatchObject({
      failed_leg: 2,
      reason: 'insufficient-funds',
    });
    expect(await holdings(who.seller)).toEqual({ BOND: '5', USDC: '0' });
    const entries = await platform.settlementDatabase.query(
      `SELECT 1 FROM ledger_transfers WHERE origin_type = 'group' AND origin_id = $1`,
      [id],
    );
    expect(entries).toEqual([]);
    const told = await platform.settlementDatabase.query(
      `SELECT payload->>'failed_leg' AS leg FROM outbox WHERE aggregate_id = $1`,
      [id],
    );
    expect(told).toEqual([{ leg: '2' }]);
  });

  it('fails unmatched at its cut-off, naming who had not affirmed', async () => {
    const who = parties();
    const id = await proposed(who, { cutoff_at: new Date(Date.now() + 400).toISOString() });
    await affirm(id, who.seller);
    expect(await ended(id, 'failed')).toMatchObject({ failed_leg: 2, reason: 'unmatched' });
    expect((await affirm(id, who.buyer)).status).toBe(409);
  });

  it('waits for compliance, and its event settles it', async () => {
    const who = parties();
    await deposit(who.seller, 'BOND', '5');
    await deposit(who.buyer, 'USDC', '500');
    await platform.complianceApi('POST', '/subjects', {
      external_ref: who.buyer,
      kind: 'PERSON',
      names: ['x'],
    });
    const id = await proposed(who);
    await affirm(id, who.seller);
    await affirm(id, who.buyer);
    for (const leg of [1, 2]) {
      await eventually(async () => {
        const decided = await platform.complianceApi(
          'POST',
          `/transfers/${id}:${String(leg)}/decision`,
          {
            decision: 'APPROVED',
            reason: 'looked-at',
          },
        );
        expect(decided.status).toBe(200);
      });
    }
    await ended(id, 'settled');
  });

  it('fails when compliance refuses a leg', async () => {
    const who = parties();
    await platform.complianceApi('POST', '/subjects', {
      external_ref: who.buyer,
      kind: 'PERSON',
      names: ['x'],
    });
    await platform.complianceDatabase.query(
      `UPDATE subjects SET kyc_state = 'BLOCKED' WHERE external_ref = $1`,
      [who.buyer],
    );
    const id = await proposed(who);
    await affirm(id, who.seller);
    await affirm(id, who.buyer);
    expect(await ended(id, 'failed')).toMatchObject({
      failed_leg: 1,
      reason: 'compliance-rejected',
    });
  });

  it('fails at its cut-off while compliance has not decided', async () => {
    const who = parties();
    await platform.complianceApi('POST', '/subjects', {
      external_ref: who.buyer,
      kind: 'PERSON',
      names: ['x'],
    });
    const id = await proposed(who, { cutoff_at: new Date(Date.now() + 600).toISOString() });
    await affirm(id, who.seller);
    await affirm(id, who.buyer);
    expect(await ended(id, 'failed')).toMatchObject({ reason: 'compliance-undecided' });
  });

  it('is cancelled by a party before it has matched, and by nobody else', async () => {
    const who = parties();
    const id = await proposed(who);
    const cancel = (party: string): Promise<ApiAnswer> =>
      platform.api('POST', `/groups/${id}/cancel`, { acting_party: party });
    expect(await cancel('stranger')).toMatchObject({
      status: 403,
      body: { code: 'group-party-forbidden' },
    });
    expect((await affirm(id, 'stranger')).body['code']).toBe('group-party-forbidden');
    expect((await cancel(who.buyer)).body['status']).toBe('cancelled');
    expect((await cancel(who.buyer)).body['code']).toBe('group-transition-illegal');
  });

  it.each([
    ['DVP1 with one asset', 'DVP1', 'group-legs-unfit', { asset_symbol: 'USDC' }],
    ['PVP whose payee pays nothing back', 'PVP', 'group-legs-unfit', { payer: 'third' }],
    ['a leg that pays itself', 'DVP1', 'parties-equal', { payer: 'b', payee: 'b' }],
  ])('is refused: %s', async (_what, model, code, change) => {
    const [first, second] = delivery({ seller: 'a', buyer: 'b' });
    const legs = [{ ...first, ...change } as LegWish, second as LegWish];
    expect(await propose(legs, { model })).toMatchObject({ status: 422, body: { code } });
  });

  it('is not there under another id', async () => {
    expect(await platform.api('GET', `/groups/${randomUUID()}`)).toMatchObject({
      status: 404,
      body: { code: 'group-not-found' },
    });
  });
});
