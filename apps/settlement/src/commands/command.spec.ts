import { describe, expect, it } from '@jest/globals';
import { parseAmount } from '@fusion-prime/kernel';
import { fingerprint, firstDifference, receive, type CommandOrder } from './command.js';

function anOrder(overrides: Partial<CommandOrder> = {}): CommandOrder {
  return {
    commandId: 'cmd-1',
    workflowId: 'wf-1',
    accountRef: 'acct-1',
    payer: 'acct-1',
    payee: 'acct-2',
    assetSymbol: 'USDC',
    amount: parseAmount('1.00'),
    expiresAt: null,
    ...overrides,
  };
}

describe('a command that is received', () => {
  it('takes the account as its payer when none is named', () => {
    expect(receive(anOrder({ payer: null }), new Date(0)).payer).toBe('acct-1');
  });

  it('is new, whatever else comes with the order', () => {
    const received = receive(anOrder(), new Date(0));
    const further = { ...received, status: 'settled', version: 4, holdId: 'h' } as const;
    expect(receive(further, new Date(0))).toEqual(received);
  });

  it('is received at the instant it is told', () => {
    const receivedAt = new Date('2026-01-02T03:04:05Z');
    expect(receive(anOrder(), receivedAt)).toMatchObject({
      status: 'received',
      createdAt: receivedAt,
      lastUpdated: receivedAt,
    });
  });
});

describe('the same command again', () => {
  it.each([
    ['another spelling of the amount', { amount: parseAmount('1') }],
    ['the payer left out', { payer: null }],
  ])('is a replay with %s', (_what, change) => {
    expect(firstDifference(anOrder(), anOrder(change))).toBeNull();
    expect(fingerprint(anOrder(change))).toEqual(fingerprint(anOrder()));
  });

  it.each([
    ['workflow_id', { workflowId: 'wf-2' }],
    ['account_ref', { accountRef: 'acct-9' }],
    ['payer', { payer: 'acct-9' }],
    ['payee', { payee: null }],
    ['asset_symbol', { assetSymbol: 'EURC' }],
    ['amount', { amount: parseAmount('1.000000000000000001') }],
  ])('is another command when %s differs', (field, change) => {
    expect(firstDifference(anOrder(), anOrder(change))).toBe(field);
    expect(fingerprint(anOrder(change))).not.toEqual(fingerprint(anOrder()));
  });

  it('names the first field when several differ', () => {
    const other = anOrder({ amount: null, payee: 'acct-9' });
    expect(firstDifference(anOrder(), other)).toBe('payee');
  });

  it('does not confuse a value with its neighbour', () => {
    const shifted = anOrder({ payee: 'USDC', assetSymbol: 'acct-2' });
    expect(fingerprint(shifted)).not.toEqual(fingerprint(anOrder()));
  });
});
