import { uuidv7, type Amount } from '@fusion-prime/kernel';
import { mainAccount, type AccountKey } from '../ledger/account.js';
import type { Posting } from '../ledger/posting.js';
import type { Escrow } from './escrow.js';

/** What an act moves: into the escrow's own account, or out of it to whoever gets a share. */
export function postingsOf(before: Escrow, after: Escrow): Posting[] {
  const kept: AccountKey = { ref: after.escrowId, asset: after.assetSymbol, purpose: 'escrow' };
  const payer = mainAccount(after.payer, after.assetSymbol);
  const payee = mainAccount(after.payee, after.assetSymbol);
  const move = (debit: AccountKey, credit: AccountKey, amount: Amount): Posting[] =>
    amount === 0n
      ? []
      : [
          {
            transferId: uuidv7(),
            kind: 'posted',
            debit,
            credit,
            amount,
            origin: { type: 'escrow', id: after.escrowId },
          },
        ];
  if (before.state === 'created' && after.state === 'funded')
    return move(payer, kept, after.amount);
  return [...move(kept, payee, after.released), ...move(kept, payer, after.refunded)];
}
