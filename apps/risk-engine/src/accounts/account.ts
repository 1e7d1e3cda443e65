import { Refusal } from '@fusion-prime/kernel';

/** Whose margin is watched. */
export interface Account {
  accountId: string;
  /** The client's own id of the account; opened once. */
  externalRef: string;
  baseCurrency: string;
  status: AccountStatus;
  /** Grows with every change of the account's positions; the ETag of its answers. */
  version: number;
  createdAt: Date;
}

export const ACCOUNT_STATUSES = ['ACTIVE', 'CLOSED'] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

export class AccountExists extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'account-exists';

  constructor(externalRef: string) {
    super(`external_ref ${externalRef} has an account already`);
  }
}

export class AccountNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'account-not-found';

  constructor(accountId: string) {
    super(`no account ${accountId}`);
  }
}

export class AccountChanged extends Refusal {
  readonly kind = 'precondition_failed';
  readonly code = 'account-changed';

  constructor(account: Account, expected: number) {
    super(
      `account ${account.accountId} is at version ${account.version}, not ${expected}: read it again`,
    );
  }
}

/**
 * Nobody overwrites what they have not seen.
 *
 * @throws {AccountChanged}
 */
export function demandVersion(account: Account, expected: number): void {
  if (account.version !== expected) throw new AccountChanged(account, expected);
}
