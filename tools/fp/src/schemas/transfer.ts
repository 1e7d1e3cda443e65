import type {
  FleetBackupReport,
  FleetExportReport,
  ManifestFile,
  VerifyExportReport,
} from '@fusion-prime/migrator';
import { z } from 'zod';
import { count, exitCode, milliseconds, name, problem, sha256, target } from './parts.js';

const backup = z.strictObject({
  reference: z.string(),
  file: z.string().nullable(),
  sha256: sha256.nullable(),
  sizeBytes: count.nullable(),
  durationMs: milliseconds,
});

export const backupReport = z.strictObject({
  command: z.literal('backup'),
  exitCode,
  databases: z.array(z.strictObject({ name, target, backup: backup.nullable(), problem })),
}) satisfies z.ZodType<FleetBackupReport>;

const place = z.strictObject({
  seq: z.string().regex(/^\d+$/),
  hash: sha256,
  number: z.string().nullable(),
});

const file = z.strictObject({
  file: z.string(),
  sha256,
  kind: z.enum(['transaction', 'outside']),
  after: place,
  statements: z.array(z.string()).nullable(),
}) satisfies z.ZodType<ManifestFile>;

export const exportReport = z.strictObject({
  command: z.literal('export'),
  exitCode,
  directory: z.string(),
  databases: z.array(z.strictObject({ name, target, files: z.array(file), problem })),
}) satisfies z.ZodType<FleetExportReport>;

export const verifyExportReport = z.strictObject({
  command: z.literal('verify-export'),
  exitCode,
  directory: z.string(),
  runId: z.uuid(),
  databases: z.array(
    z.strictObject({
      name,
      target,
      state: z.enum(['imported', 'partly', 'not-imported', 'refused']),
      missing: z.array(z.string()),
      problem,
    }),
  ),
}) satisfies z.ZodType<VerifyExportReport>;
