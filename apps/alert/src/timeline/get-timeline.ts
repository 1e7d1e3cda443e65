import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { TimelineEntry } from './timeline-entry.js';
import { TimelineRepository } from './timeline.repository.js';

@Injectable()
export class GetTimeline {
  constructor(
    private readonly transactions: Transactions,
    private readonly timeline: TimelineRepository,
  ) {}

  /** Empty for an alert that does not exist: every alert begins with an entry. */
  async execute(alertId: string): Promise<TimelineEntry[]> {
    return this.transactions.run((tx) => this.timeline.listOf(tx, alertId));
  }
}
