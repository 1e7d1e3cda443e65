import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import { AppendTimeline } from '../timeline/append-timeline.js';
import { fingerprintOf, raise, repeat, resolve, type Alert, type AlertReport } from './alert.js';
import { AlertRepository } from './alert.repository.js';

export type Outcome = 'raised' | 'repeated' | 'resolved' | 'not-firing';

export interface Reported {
  outcome: Outcome;
  /** Null when somebody resolved what does not fire. */
  alert: Alert | null;
}

/** Takes reports in, within the transaction of whoever brings them. */
@Injectable()
export class RecordReports {
  constructor(
    private readonly alerts: AlertRepository,
    private readonly timeline: AppendTimeline,
    private readonly clock: Clock,
  ) {}

  /** Results in the order of the reports. */
  async execute(tx: Tx, reports: readonly AlertReport[], actor: string): Promise<Reported[]> {
    const fingerprints = reports.map(({ labels }) => fingerprintOf(labels));
    // In one order, so that two batches about the same troubles never wait for each other.
    for (const fingerprint of fingerprints.sort((a, b) => a.compare(b))) {
      await this.alerts.lockFingerprint(tx, fingerprint);
    }
    const reported: Reported[] = [];
    for (const report of reports) reported.push(await this.one(tx, report, actor));
    return reported;
  }

  private async one(tx: Tx, report: AlertReport, actor: string): Promise<Reported> {
    const now = this.clock.now();
    const newest = await this.alerts.findNewest(tx, fingerprintOf(report.labels));
    const open = newest?.state === 'FIRING' ? newest : null;
    if (!report.firing && open === null) return { outcome: 'not-firing', alert: null };
    if (open === null) {
      const episode = (newest?.episode ?? 0) + 1;
      const alert = raise(report, { alertId: uuidv7(), episode, now });
      await this.alerts.insert(tx, alert);
      await this.timeline.execute(tx, alert.alertId, { kind: 'raised', actor, occurredAt: now });
      return { outcome: 'raised', alert };
    }
    const alert = report.firing ? repeat(open, report) : resolve(open, report.at);
    await this.alerts.save(tx, alert);
    if (report.firing) return { outcome: 'repeated', alert };
    await this.timeline.execute(tx, alert.alertId, { kind: 'resolved', actor, occurredAt: now });
    return { outcome: 'resolved', alert };
  }
}
