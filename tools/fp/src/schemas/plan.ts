import type { FleetPlanReport } from '@fusion-prime/migrator';
import { z } from 'zod';
import { count, exitCode, migrationRef, milliseconds, name, problem, target } from './parts.js';
import { lintedFile } from './proof.js';

const statement = z.strictObject({
  sql: z.string(),
  line: count,
  locks: z.array(z.strictObject({ relation: z.string(), mode: z.string() })),
  rewrites: z.array(z.string()),
  scans: z.array(z.string()),
  measured: z.boolean(),
  estimateMs: milliseconds.nullable(),
});

const check = z.strictObject({
  check: z.enum(['duplicates', 'nulls', 'orphans', 'violations', 'not-checked']),
  table: z.string(),
  statement: count,
  level: z.enum(['error', 'warning']),
  keys: z.array(z.string()),
  more: z.boolean(),
  message: z.string(),
});

export const planReport = z.strictObject({
  command: z.literal('plan'),
  exitCode,
  measured: z.boolean(),
  databases: z.array(
    z.strictObject({
      name,
      target,
      migrations: z.array(
        migrationRef.extend({
          origin: z.enum(['typeorm', 'sql']),
          transaction: z.boolean(),
          statements: z.array(statement).nullable(),
        }),
      ),
      lint: z.array(lintedFile),
      checks: z.array(check),
      problem,
    }),
  ),
}) as unknown as z.ZodType<FleetPlanReport>;
