import type {
  AdoptReport,
  Difference,
  FleetDriftReport,
  FleetHealthReport,
} from '@fusion-prime/migrator';
import { z } from 'zod';
import { count, exitCode, migrationRef, name, problem, target } from './parts.js';

export const difference = z.strictObject({
  kind: z.enum(['missing', 'unexpected', 'changed']),
  object: z.string(),
  // Whatever JSON the catalogue holds there.
  expected: z.json().optional(),
  actual: z.json().optional(),
  detail: z.string(),
}) as unknown as z.ZodType<Difference>;

const tolerated = z.strictObject({
  tolerance: z.enum(['names', 'comments', 'extensions', 'ownership']),
  detail: z.string(),
});

export const driftReport = z.strictObject({
  command: z.literal('drift'),
  exitCode,
  fast: z.boolean(),
  databases: z.array(
    z.strictObject({
      name,
      target,
      state: z.enum(['same', 'drifted', 'unknown', 'refused']),
      current: migrationRef.nullable(),
      fingerprint: z.string().nullable(),
      differences: z.array(difference),
      tolerated: z.array(tolerated),
      problem,
    }),
  ),
}) satisfies z.ZodType<FleetDriftReport>;

export const adoptReport = z.strictObject({
  command: z.literal('adopt'),
  exitCode: z.literal(0),
  name,
  target,
  outcome: z.enum(['empty', 'adopted', 'transferred']),
  version: migrationRef.nullable(),
  adopt: z.array(migrationRef),
  tolerated: z.array(tolerated),
  alembicVersion: z.string().nullable(),
  transferOwnership: z.boolean(),
  pending: z.array(migrationRef),
  transferred: z.strictObject({ from: z.array(z.string()), objects: count }).nullable(),
  remaining: z.array(difference),
}) satisfies z.ZodType<AdoptReport>;

export const databaseHealthReport = z.strictObject({
  command: z.literal('health'),
  exitCode,
  databases: z.array(
    z.strictObject({
      name,
      target,
      connected: z.boolean(),
      initialized: z.boolean(),
      current: migrationRef.nullable(),
      applied: z.array(migrationRef),
      pending: z.array(migrationRef),
      schema: z.enum(['same', 'different', 'unknown']),
      missingTables: z.array(z.string()),
      missingIndexes: z.array(z.string()),
      invalidIndexes: z.array(z.string()),
      issues: z.array(z.string()),
      problem,
    }),
  ),
}) satisfies z.ZodType<FleetHealthReport>;
