import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually, type ApiAnswer } from '@fusion-prime/testing';
import { startPlatform, type Platform } from './platform.js';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.close());

interface Wish {
  payer: string;
  payee: string;
  amount: string;
  [field: string]: unknown;
}

async function deposit(who: string, amount: string): Promise<void> {
  const { status } = await platform.api('POST', '/deposits', {
    account_ref: who,
    asset_symbol: 'USDC',
    amount,
  });
  expect(status).toBe(201);
}

async function ingest({ payer, payee, amount, ...more }: Wish): Promise<string> {
  const commandId = randomUUID();
  const { status } = await platform.api('POST', '/commands/ingest', {
    command_id: commandId,
    workflow_id: 'wf-1',
    account_ref: payer,
    payee,
    asset_symbol: 'USDC',
    amount,
    ...more,
  });
  expect(status).toBe(201);
  return commandId;
}

const read = (commandId: string): Promise<ApiAnswer> =>
  platform.api('GET', `/commands/${commandId}`);

async function untilStatus(commandId: string, status: string): Promise<ApiAnswer['body']> {
  return eventually(async () => {
    const { body } = await read(commandId);
    expect(body['status']).toBe(status);
    return body;
  });
}

async function available(who: string): Promise<string | undefined> {
  const { body } = await platform.api('GET', `/accounts/${who}/balances?asset_symbol=USDC`);
  return (body['data'] as { available: string }[])[0]?.available;
}

const people = (): { payer: string; payee: string } => ({
  payer: `payer-${randomUUID()}`,
  payee: `payee-${randomUUID()}`,
});

describe('a command that is left to the worker', () => {
  it('is settled by itself, and every step is in its history', async () => {
    const { payer, payee } = people();
    await deposit(payer, '10');
    const id = await ingest({ payer, payee, amount: '2.5' });
    await untilStatus(id, 'settled');
    expect([await available(payer), await available(payee)]).toEqual(['7.5', '2.5']);
    const { body } = await platform.api('GET', `/commands/${id}/history`);
    const steps = body['data'] as { from: string; to: string; version: number; actor: string }[];
    expect(steps.map(({ version, from, to, actor }) => [version, from, to, actor])).toEqual([
      [1, null, 'received', 'tester'],
      [2, 'received', 'validated', 'settlement-worker'],
      [3, 'validated', 'executed', 'settlement-worker'],
      [4, 'executed', 'settled', 'settlement-worker'],
    ]);
  });

  it.each([
    ['insufficient-funds', 'AM04', { amount: '10.000000000000000001' }],
    ['same-party', 'AG01', { payee: 'itself' }],
    ['incomplete', 'FF01', { amount: null }],
  ])('is rejected as %s (%s) when it cannot be one', async (reason, iso, change) => {
    const { payer, payee } = people();
    await deposit(payer, '10');
    const wish = { payer, payee, amount: '1', ...change } as Wish;
    const id = await ingest({ ...wish, ...(wish.payee === 'itself' && { payee: payer }) });
    const body = await untilStatus(id, 'rejected');
    expect(body).toMatchObject({ reason, reason_iso: iso });
    expect(await available(payer)).toBe('10');
  });

  it('is rejected when compliance says no to a party', async () => {
    const { payer, payee } = people();
    await deposit(payer, '10');
    await subject(payee, 'BLOCKED');
    const id = await ingest({ payer, payee, amount: '1' });
    expect(await untilStatus(id, 'rejected')).toMatchObject({
      reason: 'compliance-rejected',
      decision: 'REJECTED',
    });
  });

  it.each([
    ['APPROVED', 'settled', null],
    ['REJECTED', 'rejected', 'compliance-rejected'],
  ])(
    'waits while compliance holds it, and the event %s makes it %s',
    async (decision, status, reason) => {
      const { payer, payee } = people();
      await deposit(payer, '10');
      await subject(payee, 'IN_REVIEW');
      const id = await ingest({ payer, payee, amount: '1' });
      await eventually(async () => expect((await read(id)).body['decision']).toBe('HELD'));
      expect((await read(id)).body['status']).toBe('received');
      const decided = await platform.complianceApi('POST', `/transfers/${id}/decision`, {
        decision,
        reason: 'looked-at',
      });
      expect(decided.status).toBe(200);
      expect(await untilStatus(id, status)).toMatchObject({ reason });
    },
  );

  it('expires while it waits', async () => {
    const { payer, payee } = people();
    await subject(payee, 'IN_REVIEW');
    const id = await ingest({
      payer,
      payee,
      amount: '1',
      expires_at: new Date(Date.now() + 300).toISOString(),
    });
    expect(await untilStatus(id, 'expired')).toMatchObject({
      reason: 'expired',
      reason_iso: 'TM01',
    });
  });
});

/** A subject in a state that its checks would have brought it to. */
async function subject(externalRef: string, kycState: string): Promise<void> {
  const { status } = await platform.complianceApi('POST', '/subjects', {
    external_ref: externalRef,
    kind: 'PERSON',
    names: [externalRef],
  });
  expect(status).toBe(201);
  await platform.complianceDatabase.query(
    'UPDATE subjects SET kyc_state = $2 WHERE external_ref = $1',
    [externalRef, kycState],
  );
}
