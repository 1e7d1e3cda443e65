import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { demandVersion, type Account } from './account.js';
import { AccountRepository } from './account.repository.js';

/** Takes the account for a change of what belongs to it, inside that change's transaction. */
@Injectable()
export class BumpAccount {
  constructor(private readonly accounts: AccountRepository) {}

  /** The account at its new version, locked. @throws {AccountNotFound} {AccountChanged} */
  async execute(tx: Tx, accountId: string, expectedVersion: number): Promise<Account> {
    const account = await this.accounts.lockById(tx, accountId);
    demandVersion(account, expectedVersion);
    const bumped = { ...account, version: account.version + 1 };
    await this.accounts.save(tx, bumped);
    return bumped;
  }
}
