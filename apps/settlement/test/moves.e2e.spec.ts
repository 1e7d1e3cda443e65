import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ApiAnswer } from '@fusion-prime/testing';
import { startPlatform, type Platform } from './platform.js';

// The worker is off: every step is asked for.
let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ settlement: { SETTLEMENT_AUTO_ADVANCE: 'false' } });
});
afterAll(() => platform.close());

const move = (id: string, name: string, headers = {}): Promise<ApiAnswer> =>
  platform.api('POST', `/commands/${id}/${name}`, undefined, headers);

async function received(funds = '10'): Promise<{ id: string; payer: string; payee: string }> {
  const [id, payer, payee] = [randomUUID(), randomUUID(), randomUUID()];
  await platform.api('POST', '/deposits', {
    account_ref: payer,
    asset_symbol: 'USDC',
    amount: funds,
  });
  const { status } = await platform.api('POST', '/commands/ingest', {
    command_id: id,
    workflow_id: 'wf',
    account_ref: payer,
    payee,
    asset_symbol: 'USDC',
    amount: '4',
  });
  expect(status).toBe(201);
  return { id, payer, payee };
}

async function balance(who: string): Promise<Record<string, unknown> | undefined> {
  const { body } = await platform.api('GET', `/accounts/${who}/balances`);
  return (body['data'] as Record<string, unknown>[])[0];
}

async function brought(...names: string[]): Promise<Awaited<ReturnType<typeof received>>> {
  const command = await received();
  for (const name of names) expect((await move(command.id, name)).status).toBe(200);
  return command;
}

describe('the steps of a command, asked for one by one', () => {
  it('hold, move and make final', async () => {
    const { id, payer, payee } = await received();
    expect(await move(id, 'validate')).toMatchObject({ body: { status: 'validated', version: 2 } });
    expect(await balance(payer)).toMatchObject({
      balance: '10',
      available: '6',
      debits_pending: '4',
    });
    expect(await move(id, 'execute')).toMatchObject({ body: { status: 'executed', version: 3 } });
    expect(await balance(payer)).toMatchObject({ balance: '6', debits_pending: '0' });
    expect(await balance(payee)).toMatchObject({ balance: '4', credits_pending: '0' });
    const settled = await move(id, 'settle');
    expect(settled.body).toMatchObject({ status: 'settled', version: 4, reason: null });
    expect(settled.headers.get('etag')).toBe('"4"');
  });

  it.each([
    ['cancel', ['validate'], ['cancelled', 'cancelled-by-client', 'DS02']],
    ['cancel', [], ['cancelled', 'cancelled-by-client', 'DS02']],
    ['fail', ['validate'], ['failed', 'failed-by-operator', 'ED05']],
    ['fail', ['validate', 'execute'], ['failed', 'failed-by-operator', 'ED05']],
    ['reverse', ['validate', 'execute', 'settle'], ['reversed', 'reversed-by-client', 'CUST']],
  ])(
    'are undone by %s after %j, and everything is back',
    async (name, before, [status, reason, iso]) => {
      const { id, payer, payee } = await brought(...before);
      expect((await move(id, name)).body).toMatchObject({ status, reason, reason_iso: iso });
      expect(await balance(payer)).toMatchObject({ balance: '10', available: '10' });
      expect((await balance(payee))?.['balance'] ?? '0').toBe('0');
      expect(await move(id, name)).toMatchObject({
        status: 409,
        body: { code: 'command-transition-illegal' },
      });
    },
  );

  it('are refused out of turn, with what would be possible', async () => {
    const { id } = await received();
    const { status, body } = await move(id, 'settle');
    expect([status, body['code']]).toEqual([409, 'command-transition-illegal']);
    expect(body['detail']).toContain('validated, rejected, cancelled, expired');
  });

  it('are taken only in the version that was read', async () => {
    const { id } = await received();
    expect(await move(id, 'cancel', { 'if-match': '"7"' })).toMatchObject({
      status: 412,
      body: { code: 'command-version-mismatch' },
    });
    expect(await move(id, 'cancel', { 'if-match': '1' })).toMatchObject({
      status: 400,
      body: { code: 'if-match-malformed' },
    });
    expect((await move(id, 'cancel', { 'if-match': '"1"' })).status).toBe(200);
  });

  it('are taken once by ten who ask at the same moment', async () => {
    const { id, payer } = await received();
    const answers = await Promise.all(Array.from({ length: 10 }, () => move(id, 'validate')));
    expect(answers.filter(({ body }) => body['status'] === 'validated').length).toBeGreaterThan(0);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect(await balance(payer)).toMatchObject({ available: '6' });
  });

  it('cannot be reversed when the payee has spent it', async () => {
    const { id, payee } = await brought('validate', 'execute', 'settle');
    await platform.api('POST', '/withdrawals', {
      account_ref: payee,
      asset_symbol: 'USDC',
      amount: '1',
    });
    expect(await move(id, 'reverse')).toMatchObject({
      status: 409,
      body: { code: 'insufficient-funds' },
    });
    expect((await platform.api('GET', `/commands/${id}`)).body['status']).toBe('settled');
  });

  it('need a command that exists', async () => {
    for (const name of ['validate', 'execute', 'cancel', 'reverse']) {
      expect(await move('nobody', name)).toMatchObject({
        status: 404,
        body: { code: 'command-not-found' },
      });
    }
    expect((await platform.api('GET', '/commands/nobody/history')).body['code']).toBe(
      'command-not-found',
    );
  });

  it('end with 503 while compliance is away, and nothing has changed', async () => {
    const { id, payer } = await received();
    await platform.compliance.kill('SIGKILL');
    const { status, body, headers } = await move(id, 'validate');
    expect([status, body['code'], headers.get('retry-after')]).toEqual([
      503,
      'compliance-unavailable',
      '1',
    ]);
    expect(await balance(payer)).toMatchObject({ available: '10' });
    expect((await platform.api('GET', `/commands/${id}`)).body['status']).toBe('received');
  });
});
