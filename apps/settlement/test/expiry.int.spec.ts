import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Outbox } from '@fusion-prime/messaging';
import { parseAmount, uuidv7, type Amount } from '@fusion-prime/kernel';
import { EscrowRepository } from '../src/escrows/escrow.repository.js';
import { ExpireEscrows } from '../src/escrows/expire-escrows.js';
import { SaveEscrows } from '../src/escrows/save-escrows.js';
import { settlementParts, type Parts } from './ledger/parts.js';

let parts: Parts;
beforeAll(async () => {
  parts = await settlementParts();
});
afterAll(() => parts.close());

const amount = parseAmount('1');
const assetSymbol = 'USDC';
const past = (ms: number): Date => new Date(Date.now() - ms);

async function payer(): Promise<string> {
  const accountRef = randomUUID();
  const money = { accountRef, assetSymbol, amount: parseAmount('10') };
  await parts.moveMoney.execute({ kind: 'deposit', ...money });
  return accountRef;
}

const query = <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  parts.database.query<Row>(sql, values);

describe('one whose end the ledger refuses', () => {
  it('stops no other hold from being given back', async () => {
    const who = await payer();
    const order = { payer: who, assetSymbol, amount };
    for (const [payee, ms] of [
      ['bad', 2_000],
      ['good', 1_000],
    ] as const)
      await parts.placeHold.execute({ ...order, payee, expiresAt: past(ms) });
    await query(`UPDATE ledger_accounts SET credits_pending = 0 WHERE account_ref = 'bad'`);
    await expect(parts.expireHolds.execute()).rejects.toThrow('1 of 2 could not be done');
    expect(await query('SELECT payee, status FROM ledger_holds ORDER BY payee')).toEqual([
      { payee: 'bad', status: 'active' },
      { payee: 'good', status: 'expired' },
    ]);
  });

  it('stops no other escrow from going back', async () => {
    const escrows = new EscrowRepository();
    const save = new SaveEscrows(escrows, parts.postTransfers, new Outbox());
    const expire = new ExpireEscrows(parts.transactions, escrows, save);
    const who = await payer();
    const made = [2_000, 1_000].map((ms) => ({
      escrowId: uuidv7(),
      payer: who,
      payee: 'payee',
      arbiter: null,
      assetSymbol,
      amount,
      expiresAt: past(ms),
      state: 'created' as const,
      released: 0n as Amount,
      refunded: 0n as Amount,
      version: 1,
      createdAt: past(3_000),
      updatedAt: past(3_000),
    }));
    for (const before of made) {
      const after = { ...before, state: 'funded' as const, version: 2 };
      await parts.transactions.run(async (tx) => {
        await escrows.insert(tx, before);
        await save.execute(tx, [{ before, after }]);
      });
    }
    const [bad, good] = made.map(({ escrowId }) => escrowId);
    await query('UPDATE ledger_accounts SET credits_posted = 0 WHERE account_ref = $1', [bad]);
    await expect(expire.execute()).rejects.toThrow('1 of 2 could not be done');
    const states = await query('SELECT escrow_id, state FROM escrows ORDER BY expires_at');
    expect(states).toEqual([
      { escrow_id: bad, state: 'funded' },
      { escrow_id: good, state: 'expired' },
    ]);
  });
});
