import type { CreatedDatabase, ListedDatabase } from '@fusion-prime/migrator';
import { z } from 'zod';
import { count, exitCode, name } from './parts.js';
import { databaseStatus } from './read.js';

export const databasesCreateReport = z.strictObject({
  command: z.literal('databases create'),
  exitCode: z.literal(0),
  databases: z.array(
    z.strictObject({
      service: name,
      database: z.string(),
      created: z.boolean(),
      formerOwner: z.string().nullable(),
      databaseUuid: z.uuid(),
      environment: z.string(),
    }),
  ) satisfies z.ZodType<CreatedDatabase[]>,
});

export const databasesListReport = z.strictObject({
  command: z.literal('databases list'),
  exitCode: z.literal(0),
  databases: z.array(
    z.strictObject({
      database: z.string(),
      owner: z.string(),
      encoding: z.string(),
      sizeBytes: z.number().min(0),
      connections: count,
      service: z.string().nullable(),
      environment: z.string().nullable(),
    }),
  ) satisfies z.ZodType<ListedDatabase[]>,
});

export const databasesDropReport = z.strictObject({
  command: z.literal('databases drop'),
  exitCode: z.literal(0),
  dropped: z.array(z.string()),
});

export const healthReport = z.strictObject({
  command: z.literal('health'),
  exitCode,
  services: z.array(
    z.strictObject({
      name,
      url: z.string().nullable(),
      status: z.int().nullable(),
      ready: z.boolean(),
      reason: z.string().nullable(),
    }),
  ),
  databases: z.array(databaseStatus),
});

export const doctorReport = z.strictObject({
  command: z.literal('doctor'),
  exitCode,
  findings: z.array(
    z.strictObject({
      subject: z.string(),
      code: z.string(),
      ok: z.boolean(),
      detail: z.string(),
      mend: z.string().nullable(),
      exitCode,
    }),
  ),
});

export const tokenReport = z.strictObject({
  token: z.string(),
  audience: z.array(z.string()),
  scopes: z.array(z.string()),
  subject: z.string(),
  expiresInSeconds: count,
});

export const secretsCreateReport = z.strictObject({
  command: z.literal('secrets create'),
  exitCode: z.literal(0),
  folder: z.string(),
  files: count,
});

export const newReport = z.strictObject({
  command: z.literal('migrate new'),
  exitCode: z.literal(0),
  files: z.array(z.string()),
});

export const lockReport = z.strictObject({
  command: z.literal('migrate lock'),
  exitCode: z.literal(0),
  locks: z.array(z.strictObject({ folder: z.string(), migrations: count, changed: z.boolean() })),
});
