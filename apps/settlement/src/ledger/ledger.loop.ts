import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Clock } from '@fusion-prime/kernel';
import { Loop, type LoopLog } from '@fusion-prime/messaging';
import { Lifecycle, LOGGER } from '@fusion-prime/service';
import { ExpireHolds } from './expire-holds.js';
import { TrialBalance } from './trial-balance.js';

const EXPIRY_MS = 500;
// It reads every account: a million take about a third of a second.
const TRIAL_BALANCE_MS = 30_000;

/** What the ledger does by itself: it releases holds whose time is over, and counts itself through. */
@Injectable()
export class LedgerLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loops: readonly Loop[];

  constructor(
    expireHolds: ExpireHolds,
    trialBalance: TrialBalance,
    clock: Clock,
    lifecycle: Lifecycle,
    @Inject(LOGGER) log: LoopLog,
  ) {
    const check = async (): Promise<boolean> => {
      const imbalances = await trialBalance.check(clock.now());
      for (const { asset } of imbalances)
        log.warn({ event: 'ledger.trial-balance-off', asset }, 'debits and credits differ');
      return false;
    };
    this.loops = [
      new Loop({ name: 'holds', idleMs: EXPIRY_MS, turn: () => expireHolds.execute(), log }),
      new Loop({ name: 'trial-balance', idleMs: TRIAL_BALANCE_MS, turn: check, log }),
    ];
    lifecycle.onDrain(() => void this.stop());
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  private async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
