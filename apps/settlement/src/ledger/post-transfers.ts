import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { textOf, type Account, type AccountKey } from './account.js';
import { AccountRepository } from './account.repository.js';
import { Book, type Lacking, type Posting } from './posting.js';
import { TransferRepository } from './transfer.repository.js';

/** What came of one posting: null when it was made, else the account that lacks the funds. */
export interface Posted {
  results: (Lacking | null)[];
  /** The accounts as they stand after all entries. */
  book: Book;
}

/** The one way into the ledger: for deposits, holds, commands, escrows and groups alike. */
@Injectable()
export class PostTransfers {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly transfers: TransferRepository,
  ) {}

  /**
   * Makes entries in their order, inside the caller's transaction. Their accounts stay locked until it
   * ends. What lacks funds is told and left out; whether the others may stand is the caller's decision.
   */
  async execute(tx: Tx, postings: readonly Posting[]): Promise<Posted> {
    const accounts = await this.lock(tx, postings);
    const book = new Book(accounts);
    const results = postings.map((posting) => book.make(posting));
    await this.transfers.write(tx, book);
    return { results, book };
  }

  /**
   * Makes all of them, in their order, or none.
   *
   * @returns the place of the first that lacks funds; null when all were made
   */
  async allOrNone(tx: Tx, postings: readonly Posting[]): Promise<number | null> {
    const book = new Book(await this.lock(tx, postings));
    const lacking = postings.findIndex((posting) => book.make(posting) !== null);
    if (lacking !== -1) return lacking;
    await this.transfers.write(tx, book);
    return null;
  }

  /** Whoever receives gets an account; whoever pays without one has nothing. */
  private async lock(tx: Tx, postings: readonly Posting[]): Promise<Account[]> {
    const keys = distinct(postings.flatMap(({ debit, credit }) => [debit, credit]));
    const found = await this.accounts.lock(tx, keys);
    const known = new Set(found.map(textOf));
    const receiving = distinct(postings.map(({ credit }) => credit));
    const payingFreely = keys.filter(({ purpose }) => purpose === 'external');
    const missing = [...receiving, ...payingFreely].filter((key) => !known.has(textOf(key)));
    if (missing.length === 0) return found;
    await this.accounts.open(tx, distinct(missing));
    return [...found, ...(await this.accounts.lock(tx, distinct(missing)))];
  }
}

function distinct(keys: readonly AccountKey[]): AccountKey[] {
  return [...new Map(keys.map((key) => [textOf(key), key])).values()];
}
