import type { FleetGenerateReport, FleetVerifyReport } from '@fusion-prime/migrator';
import { z } from 'zod';
import { count, exitCode, migrationRef, milliseconds, name, problem } from './parts.js';
import { difference } from './state.js';

const lost = z.strictObject({ table: z.string(), rows: count, columns: z.array(z.string()) });

export const verifyReport = z.strictObject({
  command: z.literal('verify'),
  exitCode,
  majorVersion: z.int(),
  durationMs: milliseconds,
  databases: z.array(
    z.strictObject({
      name,
      durationMs: milliseconds,
      migrations: z.array(
        migrationRef.extend({
          wayBack: z.enum(['restores', 'differs', 'none']),
          differences: z.array(difference),
          lost: z.array(lost),
        }),
      ),
      unseeded: z.array(
        z.strictObject({ table: z.string(), rows: count, refused: z.string().nullable() }),
      ),
      problem,
    }),
  ),
}) satisfies z.ZodType<FleetVerifyReport>;

const query = z.strictObject({ sql: z.string(), parameters: z.array(z.unknown()) });

export const generateReport = z.strictObject({
  command: z.literal('generate'),
  exitCode,
  databases: z.array(
    z.strictObject({ name, folder: z.string(), up: z.array(query), down: z.array(query), problem }),
  ),
  files: z.array(z.string()),
}) satisfies z.ZodType<FleetGenerateReport & { files: string[] }>;

export const lintedFile = z.strictObject({
  file: z.string(),
  findings: z.array(
    z.strictObject({
      rule: z.string(),
      hazard: z.string(),
      level: z.enum(['error', 'warning', 'info']),
      line: z.int().min(0),
      message: z.string(),
      fix: z.string(),
    }),
  ),
});

export const lintReport = z.strictObject({
  schemaVersion: z.literal(1),
  files: z.array(lintedFile),
});
