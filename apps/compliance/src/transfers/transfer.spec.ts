import { describe, expect, it } from '@jest/globals';
import { KYC_STATES, type KycState } from '../subjects/subject.js';
import {
  decide,
  differingField,
  judge,
  TransferDecided,
  type Decision,
  type TransferDecision,
} from './transfer.js';

type Standing = KycState | 'unknown';

function standings(payer: Standing, payee: Standing): Map<string, KycState> {
  const known = Object.entries({ payer, payee }).filter(([, state]) => state !== 'unknown');
  return new Map(known as [string, KycState][]);
}
const said = (payer: Standing, payee: Standing, unknownParty: 'HELD' | 'APPROVED' = 'HELD') => {
  const parties = { payer: 'payer', payee: 'payee' };
  const { decision, reasons } = judge(parties, standings(payer, payee), unknownParty);
  return [decision, ...reasons].join(' ');
};

describe('a transfer between an approved party and one that is', () => {
  it.each<[Standing, string]>([
    ['APPROVED', 'APPROVED'],
    ['BLOCKED', 'REJECTED party-blocked'],
    ['REJECTED', 'REJECTED party-rejected'],
    ['EXPIRED', 'HELD party-expired'],
    ['NOT_STARTED', 'HELD party-not-approved'],
    ['PENDING', 'HELD party-not-approved'],
    ['IN_REVIEW', 'HELD party-not-approved'],
    ['ACTION_REQUIRED', 'HELD party-not-approved'],
    ['unknown', 'HELD party-unknown'],
  ])('%s is %s, whichever side it is on', (state, outcome) => {
    expect([said('APPROVED', state), said(state, 'APPROVED')]).toEqual([outcome, outcome]);
  });
});

describe('a transfer', () => {
  it.each<[Standing, Standing, 'HELD' | 'APPROVED', string]>([
    ['unknown', 'unknown', 'HELD', 'HELD party-unknown'],
    ['unknown', 'unknown', 'APPROVED', 'APPROVED party-unknown'],
    ['unknown', 'APPROVED', 'APPROVED', 'APPROVED party-unknown'],
    ['unknown', 'BLOCKED', 'APPROVED', 'REJECTED party-blocked party-unknown'],
    ['unknown', 'PENDING', 'APPROVED', 'HELD party-not-approved party-unknown'],
    ['EXPIRED', 'BLOCKED', 'HELD', 'REJECTED party-blocked party-expired'],
    ['BLOCKED', 'REJECTED', 'HELD', 'REJECTED party-blocked party-rejected'],
    ['EXPIRED', 'EXPIRED', 'HELD', 'HELD party-expired'],
  ])('of %s to %s is judged by the graver (strangers: %s): %s', (payer, payee, policy, outcome) => {
    expect(said(payer, payee, policy)).toBe(outcome);
  });

  it('is approved for two known parties only when both are approved', () => {
    for (const payer of KYC_STATES) {
      for (const payee of KYC_STATES) {
        const approved = said(payer, payee, 'APPROVED').startsWith('APPROVED');
        expect(approved).toBe(payer === 'APPROVED' && payee === 'APPROVED');
      }
    }
  });
});

const transfer: TransferDecision = {
  settlementId: 's-1',
  payer: 'a',
  payee: 'b',
  assetSymbol: 'USDC',
  amount: '1',
  decision: 'HELD',
  reasons: ['party-unknown'],
  evaluatedAt: new Date(0),
  version: 1,
};

describe('a transfer of the same id', () => {
  it('is the same one when every field is', () => {
    expect(differingField(transfer, { ...transfer })).toBeNull();
  });

  it.each([
    ['payer', { payer: 'x', amount: '2' }],
    ['payee', { payee: 'x' }],
    ['asset_symbol', { assetSymbol: 'EURC' }],
    ['amount', { amount: '2' }],
  ])('is another one by its %s, the first that differs', (field, change) => {
    expect(differingField(transfer, { ...transfer, ...change })).toBe(field);
  });
});

describe('a person', () => {
  it.each<Decision>(['HELD', 'PENDING'])('decides a transfer that is %s', (decision) => {
    expect(decide({ ...transfer, decision }, 'APPROVED', 'papers-seen')).toMatchObject({
      decision: 'APPROVED',
      reasons: ['papers-seen'],
      version: 2,
    });
  });

  it.each<Decision>(['APPROVED', 'REJECTED'])('does not decide one that is %s', (decision) => {
    expect(() => decide({ ...transfer, decision }, 'REJECTED', 'x')).toThrow(TransferDecided);
  });
});
