import { Injectable } from '@nestjs/common';
import type { FieldError } from '@fusion-prime/kernel';
import { BulkRefused, type BulkItem } from './bulk.js';
import { CommandIdReused, type CommandOrder } from './command.js';
import { IngestCommand } from './ingest-command.js';

/** What came of one item. */
export interface BulkResult {
  commandId: string | null;
  outcome: 'received' | 'replayed' | 'refused';
  code?: string;
  errors?: readonly FieldError[];
}

@Injectable()
export class IngestBulk {
  constructor(private readonly ingestCommand: IngestCommand) {}

  /**
   * Takes up to 10,000 commands in with one statement and one commit.
   *
   * @param atomic with which nothing is written unless every item can be
   * @returns what came of each, in their order
   * @throws {BulkRefused} of an atomic bulk, naming the first item that is refused
   */
  async execute(
    items: readonly BulkItem[],
    { atomic, actor }: { atomic: boolean; actor: string },
  ): Promise<BulkResult[]> {
    if (atomic) demandAll(items);
    const orders = items.flatMap((item): CommandOrder[] => ('order' in item ? [item.order] : []));
    const outcomes =
      orders.length === 0 ? [] : await this.ingestCommand.executeMany(orders, { actor, atomic });
    let next = 0;
    return items.map((item) => {
      if (!('order' in item)) return { ...item, outcome: 'refused' };
      const { commandId } = item.order;
      const outcome = outcomes[next++];
      if (outcome instanceof CommandIdReused) {
        const { code, fieldErrors } = outcome;
        return { commandId, outcome: 'refused', code, errors: fieldErrors };
      }
      return { commandId, outcome: outcome?.replayed === true ? 'replayed' : 'received' };
    });
  }
}

function demandAll(items: readonly BulkItem[]): void {
  items.forEach((item, index) => {
    if (!('order' in item))
      throw new BulkRefused(index, { code: item.code, fieldErrors: item.errors });
  });
}
