import { Injectable } from '@nestjs/common';
import { subscriptionsOf } from '@fusion-prime/contracts';
import type { Tx } from '@fusion-prime/database';
import type { EventConsumer, ReceivedEvent } from '@fusion-prime/messaging';
import { reportOf } from './alert-reports.js';
import { RecordReports } from './record-reports.js';

/** What other services cannot mend by themselves becomes somebody's business here. */
@Injectable()
export class AlertsConsumer implements EventConsumer {
  readonly consumes = subscriptionsOf('alert');

  constructor(private readonly recordReports: RecordReports) {}

  async handle(tx: Tx, event: ReceivedEvent): Promise<void> {
    await this.recordReports.execute(tx, [reportOf(event)], event.source);
  }
}
