import type { AppliedMigration, LockHolder, MigrationRef, Problem } from '@fusion-prime/migrator';
import { z } from 'zod';

export const exitCode = z.int().min(0).max(255).describe('what fp exits with');
export const milliseconds = z.int().min(0);
export const count = z.int().min(0);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const instant = z.iso.datetime();
export const name = z.string().min(1).describe('as the fleet file calls it');
export const target = z.string().describe('where it is; never a password');

/** Codes are listed in libs/migrator/README.md; a new one is no new schema. */
const code = z.string().regex(/^[A-Z][A-Z_0-9]*$/) as unknown as z.ZodType<Problem['code']>;

export const problem = z
  .strictObject({ code, exitCode, message: z.string() })
  .nullable() satisfies z.ZodType<Problem | null>;

export const migrationRef = z.strictObject({
  number: z.string().regex(/^\d{1,20}$/),
  name: z.string(),
}) satisfies z.ZodType<MigrationRef>;

export const direction = z.enum(['up', 'down']);

export const appliedMigration = migrationRef.extend({
  direction,
  durationMs: milliseconds,
  statements: count,
  retries: count,
  recovered: z.string().nullable(),
}) satisfies z.ZodType<AppliedMigration>;

export const lockHolder = z.strictObject({
  pid: z.int(),
  application: z.string(),
  user: z.string(),
  ageMs: z.number().nullable(),
}) satisfies z.ZodType<LockHolder>;

/** What any command prints when it could not begin. */
export const errorDocument = z.strictObject({
  error: z.strictObject({ code: z.string(), exitCode, message: z.string() }),
});
