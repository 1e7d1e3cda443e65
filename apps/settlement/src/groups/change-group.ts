import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { affirm, cancel, type Group } from './group.js';
import { GroupRepository } from './group.repository.js';

@Injectable()
export class ChangeGroup {
  constructor(
    private readonly transactions: Transactions,
    private readonly groups: GroupRepository,
  ) {}

  /** Said again, it changes nothing. @throws {GroupNotFound} {GroupClosed} {GroupPartyForbidden} */
  async affirm(groupId: string, party: string): Promise<Group> {
    return this.change(groupId, (group, now) => affirm(group, party, now));
  }

  /** @throws {GroupNotFound} {GroupClosed} {GroupPartyForbidden} */
  async cancel(groupId: string, party: string): Promise<Group> {
    return this.change(groupId, (group, now) => cancel(group, party, now));
  }

  private async change(
    groupId: string,
    decide: (group: Group, now: Date) => Group,
  ): Promise<Group> {
    return this.transactions.run(async (tx) => {
      const { group, now } = await this.groups.lockById(tx, groupId);
      const changed = decide(group, now);
      if (changed !== group) await this.groups.save(tx, changed);
      return changed;
    });
  }
}
