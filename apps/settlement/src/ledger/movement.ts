import type { Amount } from '@fusion-prime/kernel';
import { externalAccount, mainAccount, type Account } from './account.js';
import type { Posting } from './posting.js';

/** Money that enters or leaves the platform. */
export interface MovementOrder {
  kind: 'deposit' | 'withdrawal';
  accountRef: string;
  assetSymbol: string;
  amount: Amount;
}

export interface Movement extends MovementOrder {
  transactionId: string;
  createdAt: Date;
  /** The client's account after it. */
  account: Account;
}

/** Against the world's account of the asset: a deposit debits it, a withdrawal credits it. */
export function postingOf(order: MovementOrder, transferId: string): Posting {
  const own = mainAccount(order.accountRef, order.assetSymbol);
  const world = externalAccount(order.assetSymbol);
  const deposit = order.kind === 'deposit';
  return {
    transferId,
    kind: 'posted',
    debit: deposit ? world : own,
    credit: deposit ? own : world,
    amount: order.amount,
    origin: { type: order.kind, id: transferId },
  };
}
