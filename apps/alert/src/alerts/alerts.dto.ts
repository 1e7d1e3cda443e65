import { cursorSchema, instantSchema, pageLimitSchema } from '@fusion-prime/service';
import { z } from 'zod';
import { ALERT_STATES, SEVERITIES, type Alert, type AlertReport } from './alert.js';

const MAX_BATCH = 100;
const MAX_LABELS = 32;

export const alertIdField = z.uuid();

const labelsField = z
  .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/, 'a label name'), z.string().max(256))
  .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `at most ${MAX_LABELS}`);

const reportField = z.strictObject({
  labels: labelsField.refine(
    (labels) => Object.values(labels).some((value) => value !== ''),
    'labels-empty: at least one label with a value says what is wrong',
  ),
  annotations: labelsField.default({}),
  severity: z.enum(SEVERITIES),
  status: z.enum(['firing', 'resolved']).default('firing'),
  at: instantSchema.optional().describe('Defaults to now'),
});

export const reportBody = z
  .strictObject({ alerts: z.array(reportField).min(1).max(MAX_BATCH) })
  .meta({ id: 'ReportAlerts' });

export const listQuery = z.strictObject({
  state: z.enum(ALERT_STATES).optional(),
  severity: z.enum(SEVERITIES).optional(),
  limit: pageLimitSchema(50),
  cursor: cursorSchema.optional(),
});

const textMap = z.record(z.string(), z.string());

export const alertBody = z
  .strictObject({
    alert_id: z.uuid(),
    fingerprint: z.string().describe('SHA-256 of the labels, in hex'),
    episode: z.int(),
    labels: textMap,
    annotations: textMap,
    severity: z.enum(SEVERITIES),
    state: z.enum(ALERT_STATES),
    starts_at: z.iso.datetime(),
    ends_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Alert' });

export const reportedBody = z
  .strictObject({
    results: z.array(
      z.strictObject({
        outcome: z.enum(['raised', 'repeated', 'resolved', 'not-firing']),
        alert: alertBody.nullable(),
      }),
    ),
  })
  .meta({ id: 'ReportedAlerts' });

export const alertPageBody = z
  .strictObject({ data: z.array(alertBody), next_cursor: z.string().nullable() })
  .meta({ id: 'AlertPage' });

export function toReports(body: z.infer<typeof reportBody>, now: Date): AlertReport[] {
  return body.alerts.map(({ labels, annotations, severity, status, at }) => ({
    labels,
    annotations,
    severity,
    firing: status === 'firing',
    at: at === undefined ? now : new Date(at),
  }));
}

export function toBody(alert: Alert): z.infer<typeof alertBody> {
  return {
    alert_id: alert.alertId,
    fingerprint: alert.fingerprint.toString('hex'),
    episode: alert.episode,
    labels: alert.labels,
    annotations: alert.annotations,
    severity: alert.severity,
    state: alert.state,
    starts_at: alert.startsAt.toISOString(),
    ends_at: alert.endsAt?.toISOString() ?? null,
    created_at: alert.createdAt.toISOString(),
  };
}
