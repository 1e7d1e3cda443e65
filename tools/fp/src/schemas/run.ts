import type { DatabaseRun, FleetEvent, FleetRunReport } from '@fusion-prime/migrator';
import { z } from 'zod';
import {
  appliedMigration,
  count,
  direction,
  exitCode,
  instant,
  lockHolder,
  migrationRef,
  milliseconds,
  name,
  problem,
  target,
} from './parts.js';

const databaseRun = z.strictObject({
  name,
  target,
  outcome: z.enum(['done', 'failed', 'untouched', 'rolled-back']),
  changed: z.array(appliedMigration),
  problem,
  undone: z.array(appliedMigration),
  undoProblem: problem,
}) satisfies z.ZodType<DatabaseRun>;

export const runReport = z.strictObject({
  command: direction,
  runId: z.uuid(),
  startedAt: instant,
  durationMs: milliseconds,
  exitCode,
  databases: z.array(databaseRun),
  done: z.array(name),
  failed: z.array(name),
  untouched: z.array(name),
  rolledBack: z.array(name),
  withoutDatabase: z.array(name),
  next: z.string().nullable(),
}) satisfies z.ZodType<FleetRunReport>;

const database = name;
const migration = migrationRef;
const fleetEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('checking'), database, target, at: instant }),
  z.strictObject({ type: z.literal('lock-busy'), database, holder: lockHolder, at: instant }),
  z.strictObject({
    type: z.literal('migration-started'),
    database,
    migration,
    direction,
    at: instant,
  }),
  z.strictObject({
    type: z.literal('migration-applied'),
    database,
    migration,
    direction,
    durationMs: milliseconds,
    recovered: z.string().nullable(),
    at: instant,
  }),
  z.strictObject({
    type: z.literal('migration-blocked'),
    database,
    migration,
    sqlstate: z.string(),
    blockers: z.array(lockHolder),
    retryInMs: milliseconds,
    at: instant,
  }),
  z.strictObject({
    type: z.literal('migration-failed'),
    database,
    migration,
    reason: z.string(),
    at: instant,
  }),
  z.strictObject({ type: z.literal('backing-up'), database, at: instant }),
  z.strictObject({
    type: z.literal('backed-up'),
    database,
    reference: z.string(),
    durationMs: milliseconds,
    at: instant,
  }),
  z.strictObject({ type: z.literal('rolling-back'), database, migrations: count, at: instant }),
  z.strictObject({ type: z.literal('database-done'), database, changed: count, at: instant }),
]) satisfies z.ZodType<FleetEvent>;

const errorLine = z.strictObject({
  type: z.literal('error'),
  error: z.strictObject({ code: z.string(), exitCode, message: z.string() }),
});

/** One line of `--json-lines`: an event, or the end. */
export const eventLine = z.union([
  fleetEvent,
  runReport.extend({ type: z.literal('report') }),
  errorLine,
]);
