import { Inject, Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { LoopLog } from '@fusion-prime/messaging';
import { Background, LOGGER } from '@fusion-prime/service';
import { GroupRepository } from './group.repository.js';
import { SettleGroup } from './settle-group.js';

const IDLE_MS = 100;
const BATCH = 10;
// Longer than compliance's two tries and a transaction of a hundred legs can take.
const LEASE_MS = 15_000;

/** Settles groups that have matched, and ends those whose cut-off has come. */
@Injectable()
export class GroupsLoop {
  constructor(
    private readonly transactions: Transactions,
    private readonly groups: GroupRepository,
    private readonly settleGroup: SettleGroup,
    background: Background,
    @Inject(LOGGER) private readonly log: LoopLog,
  ) {
    background.loop({ name: 'groups', idleMs: IDLE_MS, turn: (signal) => this.turn(signal) });
  }

  private async turn(signal: AbortSignal): Promise<boolean> {
    const due = await this.transactions.one((tx) =>
      this.groups.claimDue(tx, { limit: BATCH, leaseMs: LEASE_MS }),
    );
    for (const groupId of due) {
      if (signal.aborted) return false;
      await this.settle(groupId);
    }
    return due.length === BATCH;
  }

  /** One that cannot be settled now is due again after its lease, and in nobody's way. */
  private async settle(groupId: string): Promise<void> {
    try {
      await this.settleGroup.execute(groupId);
    } catch (error) {
      this.log.warn({ event: 'group.postponed', groupId, err: error }, 'a group is tried again');
    }
  }
}
