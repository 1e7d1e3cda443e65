import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { AlertReport } from './alert.js';
import { RecordReports, type Reported } from './record-reports.js';

@Injectable()
export class ReportAlerts {
  constructor(
    private readonly transactions: Transactions,
    private readonly recordReports: RecordReports,
  ) {}

  /** All or none, in one transaction; results in the order of the reports. */
  execute(reports: readonly AlertReport[], actor: string): Promise<Reported[]> {
    return this.transactions.run((tx) => this.recordReports.execute(tx, reports, actor));
  }
}
