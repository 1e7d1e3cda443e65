import { assert, type Amount } from '@fusion-prime/kernel';
import { affords, textOf, type Account, type AccountKey, type Sums } from './account.js';

/** What a transfer can belong to. */
export const ORIGIN_TYPES = [
  'command',
  'deposit',
  'withdrawal',
  'hold',
  'escrow',
  'group',
] as const;

/** What a transfer belongs to. */
export interface Origin {
  readonly type: (typeof ORIGIN_TYPES)[number];
  readonly id: string;
}

/**
 * An entry to make, always one debit and one credit:
 *
 *   posted                    moves at once
 *   pending ─► post           holds, then moves all of it or less; the rest is released
 *          └─► void, expire   holds, then releases
 */
export interface Posting {
  readonly transferId: string;
  readonly kind: 'posted' | 'pending' | 'post' | 'void' | 'expire';
  readonly debit: AccountKey;
  readonly credit: AccountKey;
  /** Of a void or an expiry: what was held. */
  readonly amount: Amount;
  readonly origin: Origin;
  /** What is resolved: whose amount is released from both sides' pending sums. */
  readonly pending?: { readonly transferId: string; readonly amount: Amount };
  /** A posted transfer that this one undoes, once. */
  readonly reversesId?: string;
}

/** Why an entry could not be made: the account that lacks the funds. */
export type Lacking = AccountKey;

/**
 * The accounts of one transaction, in memory: entries are made one after the other, each of them sees what
 * those before it left. What does not fit leaves no trace.
 */
export class Book {
  private readonly accounts = new Map<string, Account>();
  readonly made: Posting[] = [];

  constructor(accounts: readonly Account[]) {
    for (const account of accounts) this.accounts.set(textOf(account), account);
  }

  /** @returns the account without the funds; null when the entry was made. */
  make(posting: Posting): Lacking | null {
    assert(textOf(posting.debit) !== textOf(posting.credit), 'a transfer has two accounts');
    assert(posting.debit.asset === posting.credit.asset, 'a transfer has one asset');
    const { debit, credit } = sidesOf(posting);
    const payer = this.accounts.get(textOf(posting.debit));
    const needsFunds = posting.kind === 'posted' || posting.kind === 'pending';
    if (needsFunds && (payer === undefined || !affords(payer, posting.amount)))
      return posting.debit;
    this.change(posting.debit, debit);
    this.change(posting.credit, credit);
    this.made.push(posting);
    return null;
  }

  get(key: AccountKey): Account {
    const account = this.accounts.get(textOf(key));
    assert(account !== undefined, 'an account that was asked for was read');
    return account;
  }

  /** Those that an entry was made in. */
  get changed(): Account[] {
    const keys = this.made.flatMap(({ debit, credit }) => [textOf(debit), textOf(credit)]);
    return [...new Set(keys)].map((key) => {
      const account = this.accounts.get(key);
      assert(account !== undefined, 'an entry was made in an account that exists');
      return account;
    });
  }

  private change(key: AccountKey, delta: Partial<Sums>): void {
    const account = this.get(key);
    const changed = {
      ...account,
      debitsPending: account.debitsPending + (delta.debitsPending ?? 0n),
      debitsPosted: account.debitsPosted + (delta.debitsPosted ?? 0n),
      creditsPending: account.creditsPending + (delta.creditsPending ?? 0n),
      creditsPosted: account.creditsPosted + (delta.creditsPosted ?? 0n),
    };
    assert(
      changed.debitsPending >= 0n && changed.creditsPending >= 0n,
      'what is released was held',
    );
    this.accounts.set(textOf(key), changed);
  }
}

/** What an entry does to the sums of its two sides: the same amounts, so that every asset sums to zero. */
function sidesOf(posting: Posting): { debit: Partial<Sums>; credit: Partial<Sums> } {
  const { kind, amount, pending } = posting;
  if (kind === 'posted')
    return { debit: { debitsPosted: amount }, credit: { creditsPosted: amount } };
  if (kind === 'pending')
    return { debit: { debitsPending: amount }, credit: { creditsPending: amount } };
  assert(pending !== undefined, 'a resolution names what it resolves');
  const moved = kind === 'post' ? amount : 0n;
  const released = 0n - pending.amount;
  assert(moved <= pending.amount, 'no more is moved than was held');
  return {
    debit: { debitsPending: released, debitsPosted: moved },
    credit: { creditsPending: released, creditsPosted: moved },
  };
}
