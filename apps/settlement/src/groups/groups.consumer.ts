import { Injectable } from '@nestjs/common';
import { transferDecided } from '@fusion-prime/contracts';
import type { Tx } from '@fusion-prime/database';
import type { EventConsumer, ReceivedEvent } from '@fusion-prime/messaging';
import { GroupRepository } from './group.repository.js';

const LEG = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):\d{1,3}$/;

/** Compliance decided about a leg that had to wait: its group is looked at again. */
@Injectable()
export class GroupsConsumer implements EventConsumer {
  readonly consumes = [transferDecided];

  constructor(private readonly groups: GroupRepository) {}

  async handle(tx: Tx, event: ReceivedEvent): Promise<void> {
    const { settlement_id } = transferDecided.data.parse(event.data);
    const groupId = LEG.exec(settlement_id)?.[1];
    if (groupId !== undefined) await this.groups.wake(tx, groupId);
  }
}
