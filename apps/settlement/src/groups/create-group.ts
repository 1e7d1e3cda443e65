import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import { PartiesEqual } from '../ledger/hold.js';
import { demandFit, type Group, type GroupOrder } from './group.js';
import { GroupRepository } from './group.repository.js';

@Injectable()
export class CreateGroup {
  constructor(
    private readonly transactions: Transactions,
    private readonly groups: GroupRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {GroupLegsUnfit} {PartiesEqual} */
  async execute(order: GroupOrder): Promise<Group> {
    demandFit(order);
    const selfish = order.legs.find(({ payer, payee }) => payer === payee);
    if (selfish !== undefined) throw new PartiesEqual(selfish.payer);
    const now = this.clock.now();
    const group: Group = {
      groupId: uuidv7(),
      model: order.model,
      status: 'pending',
      legs: order.legs.map((leg, i) => ({ ...leg, leg: i + 1, affirmedAt: null })),
      failedLeg: null,
      reason: null,
      version: 1,
      cutoffAt: order.cutoffAt,
      dueAt: order.cutoffAt,
      createdAt: now,
      updatedAt: now,
    };
    await this.transactions.one((tx) => this.groups.insert(tx, group));
    return group;
  }
}
