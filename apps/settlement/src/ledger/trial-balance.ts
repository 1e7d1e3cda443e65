import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { OwnChecks, OwnMetrics, type OwnCheck } from '@fusion-prime/service';
import { AccountRepository, type Imbalance } from './account.repository.js';

/**
 * The sum over all accounts, looked at now and then, because it reads all of them. As long as the last look
 * found a difference the service takes no requests: whatever it wrote next would be worth nothing.
 */
@Injectable()
export class TrialBalance implements OwnCheck {
  readonly name = 'ledger';
  private found: readonly Imbalance[] = [];
  private checkedAt: Date | null = null;

  constructor(
    private readonly transactions: Transactions,
    private readonly accounts: AccountRepository,
    checks: OwnChecks,
    metrics: OwnMetrics,
  ) {
    checks.add(this);
    metrics.add({
      kind: 'gauge',
      name: 'ledger_unbalanced_assets',
      help: 'Assets whose debits and credits differ, at the last look',
      read: () => [{ value: this.found.length }],
    });
  }

  async check(now: Date): Promise<readonly Imbalance[]> {
    this.found = await this.transactions.read((reader) => this.accounts.imbalances(reader));
    this.checkedAt = now;
    return this.found;
  }

  read(): ReturnType<OwnCheck['read']> {
    return {
      reasons: this.found.map(({ asset }) => ({
        code: 'TRIAL_BALANCE_OFF',
        detail: `debits and credits of ${asset} differ`,
      })),
      facts: { checked_at: this.checkedAt?.toISOString() ?? null },
    };
  }
}
