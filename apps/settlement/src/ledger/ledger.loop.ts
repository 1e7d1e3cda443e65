import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@fusion-prime/kernel';
import type { LoopLog } from '@fusion-prime/messaging';
import { Background, LOGGER } from '@fusion-prime/service';
import { ExpireHolds } from './expire-holds.js';
import { TrialBalance } from './trial-balance.js';

const EXPIRY_MS = 500;
// It reads every account: a million take about a third of a second.
const TRIAL_BALANCE_MS = 30_000;

/** What the ledger does by itself: it releases holds whose time is over, and counts itself through. */
@Injectable()
export class LedgerLoop {
  constructor(
    background: Background,
    expireHolds: ExpireHolds,
    trialBalance: TrialBalance,
    clock: Clock,
    @Inject(LOGGER) log: LoopLog,
  ) {
    const check = async (): Promise<boolean> => {
      for (const { asset } of await trialBalance.check(clock.now()))
        log.warn({ event: 'ledger.trial-balance-off', asset }, 'debits and credits differ');
      return false;
    };
    background.loop({ name: 'holds', idleMs: EXPIRY_MS, turn: () => expireHolds.execute() });
    background.loop({ name: 'trial-balance', idleMs: TRIAL_BALANCE_MS, turn: check });
  }
}
