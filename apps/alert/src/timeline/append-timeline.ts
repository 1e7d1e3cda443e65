import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { TimelineEntry } from './timeline-entry.js';
import { TimelineRepository } from './timeline.repository.js';

/** Writes down what happens to an alert, in the transaction in which it happens. */
@Injectable()
export class AppendTimeline {
  constructor(private readonly timeline: TimelineRepository) {}

  async execute(tx: Tx, alertId: string, entry: Omit<TimelineEntry, 'seq'>): Promise<void> {
    await this.timeline.append(tx, alertId, entry);
  }
}
