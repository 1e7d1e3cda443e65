import type { FleetHistoryReport, FleetStatusReport, HistoryEntry } from '@fusion-prime/migrator';
import { z } from 'zod';
import {
  count,
  direction,
  exitCode,
  instant,
  migrationRef,
  milliseconds,
  name,
  problem,
  sha256,
  target,
} from './parts.js';

const databaseStatus = z.strictObject({
  name,
  target,
  state: z.enum(['current', 'pending', 'refused']),
  current: migrationRef.nullable(),
  applied: count,
  total: count,
  pending: z.array(migrationRef),
  environment: z.string().nullable(),
  problem,
});

export const statusReport = z.strictObject({
  command: z.literal('status'),
  exitCode,
  withoutDatabase: z.array(name),
  databases: z.array(databaseStatus),
}) satisfies z.ZodType<FleetStatusReport>;

export const historyEntry = migrationRef.extend({
  seq: count,
  runId: z.uuid(),
  origin: z.enum(['typeorm', 'sql', 'baseline', 'adopt']),
  direction,
  status: z.enum(['started', 'applied', 'failed']),
  sha256,
  startedAt: instant,
  finishedAt: instant.nullable(),
  durationMs: milliseconds.nullable(),
  retries: count.nullable(),
  databaseUser: z.string(),
  osUser: z.string().nullable(),
  host: z.string().nullable(),
  gitSha: z.string().nullable(),
  toolVersion: z.string(),
  sqlstate: z.string().nullable(),
  error: z.string().nullable(),
  backupReference: z.string().nullable(),
  recovered: z.boolean(),
}) satisfies z.ZodType<HistoryEntry>;

export const historyReport = z.strictObject({
  command: z.literal('history'),
  exitCode,
  databases: z.array(z.strictObject({ name, target, entries: z.array(historyEntry), problem })),
}) satisfies z.ZodType<FleetHistoryReport>;

export { databaseStatus };
