import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseAmount, systemClock } from '@fusion-prime/kernel';
import { CreateGroup } from '../src/groups/create-group.js';
import { affirm, type Group } from '../src/groups/group.js';
import { GroupRepository } from '../src/groups/group.repository.js';
import { settlementParts, type Parts } from './ledger/parts.js';

let parts: Parts;
beforeAll(async () => {
  parts = await settlementParts();
});
afterAll(() => parts.close());

const groups = new GroupRepository();
const amount = parseAmount('1');
const legs = [
  { payer: 'a', payee: 'b', assetSymbol: 'BOND', amount },
  { payer: 'b', payee: 'a', assetSymbol: 'USDC', amount },
];

const agreed = (cutoffAt: Date): Promise<Group> =>
  new CreateGroup(parts.transactions, groups, systemClock).execute({
    model: 'DVP1',
    cutoffAt,
    legs,
  });

describe('a group', () => {
  it('that is claimed is left alone by others for a while', async () => {
    const { groupId } = await agreed(new Date(Date.now() - 1_000));
    const claim = (leaseMs: number): Promise<string[]> =>
      parts.transactions.one((tx) => groups.claimDue(tx, { limit: 10, leaseMs }));
    expect(await claim(60_000)).toEqual([groupId]);
    expect(await claim(60_000)).toEqual([]);
  });

  it('is affirmed up to its cut-off, and not at it', async () => {
    const cutoffAt = new Date('2026-01-02T03:04:05.000Z');
    const group = await agreed(cutoffAt);
    const before = new Date(cutoffAt.getTime() - 1);
    expect(affirm(group, 'a', before).legs[0]).toMatchObject({ affirmedAt: before });
    expect(() => affirm(group, 'a', cutoffAt)).toThrow('only a pending one is affirmed');
  });
});
