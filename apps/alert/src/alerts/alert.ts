import { createHash } from 'node:crypto';
import { Refusal } from '@fusion-prime/kernel';

/**
 * Something is wrong, from when until when. The labels say what: equal labels are the same trouble, and
 * each time that it comes back is an episode of its own.
 *
 *   (raised) ─► FIRING ─► RESOLVED        raised again while FIRING = the same episode
 *                 │
 *                 └─ acknowledged: somebody looks after it; says nothing about the trouble itself
 */
export interface Alert {
  alertId: string;
  fingerprint: Buffer;
  /** 1, 2, 3 … for each fingerprint. */
  episode: number;
  labels: Labels;
  annotations: Labels;
  severity: Severity;
  state: AlertState;
  startsAt: Date;
  endsAt: Date | null;
  createdAt: Date;
}

export type Labels = Readonly<Record<string, string>>;

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const ALERT_STATES = ['FIRING', 'RESOLVED'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** What a sender says about a trouble. */
export interface AlertReport {
  labels: Labels;
  annotations: Labels;
  severity: Severity;
  /** False: the trouble is over. */
  firing: boolean;
  /** When it began, or ended, by the sender's clock. */
  at: Date;
}

export class AlertNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'alert-not-found';

  constructor(alertId: string) {
    super(`no alert ${alertId}`);
  }
}

export class AlertResolved extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'alert-resolved';

  constructor(alertId: string) {
    super(`alert ${alertId} is resolved already; the next episode is an alert of its own`);
  }
}

/** SHA-256 over the labels in one order; an empty value is as good as no label. */
export function fingerprintOf(labels: Labels): Buffer {
  const present = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(present)).digest();
}

/** The first words of a new episode. */
export function raise(
  report: AlertReport,
  { alertId, episode, now }: { alertId: string; episode: number; now: Date },
): Alert {
  return {
    alertId,
    fingerprint: fingerprintOf(report.labels),
    episode,
    labels: report.labels,
    annotations: report.annotations,
    severity: report.severity,
    state: 'FIRING',
    startsAt: report.at,
    endsAt: null,
    createdAt: now,
  };
}

/** The same trouble reported again: what is said about it may have changed, when it began has not. */
export function repeat(alert: Alert, report: AlertReport): Alert {
  return { ...alert, annotations: report.annotations, severity: report.severity };
}

/** @throws {AlertResolved} */
export function resolve(alert: Alert, endsAt: Date): Alert {
  if (alert.state === 'RESOLVED') throw new AlertResolved(alert.alertId);
  // Two clocks may disagree; an episode never ends before it began.
  return { ...alert, state: 'RESOLVED', endsAt: endsAt < alert.startsAt ? alert.startsAt : endsAt };
}
