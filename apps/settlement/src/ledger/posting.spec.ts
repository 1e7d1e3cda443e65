import { describe, expect, it } from '@jest/globals';
import type { Amount } from '@fusion-prime/kernel';
import { availableOf, externalAccount, mainAccount, NOTHING, type Account } from './account.js';
import { Book, type Posting } from './posting.js';

const alice = mainAccount('alice', 'USDC');
const bob = mainAccount('bob', 'USDC');
const amount = (units: bigint): Amount => units as Amount;

function aBook(posted = 100n): Book {
  const account = (key: typeof alice, accountId: string, creditsPosted = 0n): Account => ({
    ...key,
    ...NOTHING,
    accountId,
    creditsPosted,
  });
  return new Book([
    account(alice, '1', posted),
    account(bob, '2'),
    account(externalAccount('USDC'), '3'),
  ]);
}

function aPosting(overrides: Partial<Posting> = {}): Posting {
  return {
    transferId: 't-1',
    kind: 'posted',
    debit: alice,
    credit: bob,
    amount: amount(60n),
    origin: { type: 'command', id: 'c-1' },
    ...overrides,
  };
}

describe('a book', () => {
  it('moves a posted amount at once', () => {
    const book = aBook();
    expect(book.make(aPosting())).toBeNull();
    expect(availableOf(book.get(alice))).toBe(40n);
    expect(availableOf(book.get(bob))).toBe(60n);
  });

  it('counts what is held against the payer at once, and not for the payee', () => {
    const book = aBook();
    book.make(aPosting({ kind: 'pending' }));
    expect(availableOf(book.get(alice))).toBe(40n);
    expect(availableOf(book.get(bob))).toBe(0n);
    expect(book.make(aPosting({ amount: amount(41n) }))).toBe(alice);
  });

  it('releases what a partial capture leaves', () => {
    const book = aBook();
    book.make(aPosting({ kind: 'pending' }));
    const pending = { transferId: 't-1', amount: amount(60n) };
    book.make(aPosting({ transferId: 't-2', kind: 'post', amount: amount(25n), pending }));
    expect(book.get(alice)).toMatchObject({ debitsPending: 0n, debitsPosted: 25n });
    expect(book.get(bob)).toMatchObject({ creditsPending: 0n, creditsPosted: 25n });
  });

  it('leaves no trace of what lacks the funds, and goes on with the next', () => {
    const book = aBook(50n);
    expect(book.make(aPosting())).toBe(alice);
    expect(book.make(aPosting({ amount: amount(50n) }))).toBeNull();
    expect(book.made).toHaveLength(1);
  });

  it('lets the world owe', () => {
    const book = aBook();
    expect(
      book.make(aPosting({ debit: externalAccount('USDC'), amount: amount(10n ** 40n) })),
    ).toBeNull();
  });

  it.each([
    ['pays itself', { credit: alice }],
    ['changes its asset on the way', { credit: mainAccount('bob', 'EURC') }],
    [
      'releases more than is held',
      { kind: 'void', pending: { transferId: 't-9', amount: amount(1n) } },
    ],
    [
      'moves more than was held',
      { kind: 'post', amount: amount(2n), pending: { transferId: 't-9', amount: amount(1n) } },
    ],
  ] as const)('knows an entry that %s for a bug', (_what, overrides) => {
    expect(() => aBook().make(aPosting(overrides))).toThrow();
  });
});
