import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Group } from './group.js';
import { GroupRepository } from './group.repository.js';

@Injectable()
export class GetGroup {
  constructor(
    private readonly transactions: Transactions,
    private readonly groups: GroupRepository,
  ) {}

  /** @throws {GroupNotFound} */
  async execute(groupId: string): Promise<Group> {
    return this.transactions.read((reader) => this.groups.getById(reader, groupId));
  }
}
