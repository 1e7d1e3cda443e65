import type { RepairReport, UnlockReport } from '@fusion-prime/migrator';
import { z } from 'zod';
import { lockHolder, name, target } from './parts.js';
import { historyEntry } from './read.js';

export const repairReport = z.strictObject({
  command: z.literal('repair'),
  exitCode: z.literal(0),
  name,
  target,
  as: z.enum(['applied', 'not-applied']),
  started: historyEntry,
  written: historyEntry,
}) satisfies z.ZodType<RepairReport>;

const lockOwner = lockHolder.extend({
  state: z.string().nullable(),
  query: z.string(),
  startedAt: z.string().nullable(),
});

export const unlockReport = z.strictObject({
  command: z.literal('unlock'),
  exitCode: z.literal(0),
  name,
  target,
  outcome: z.enum(['free', 'ended', 'gone']),
  holder: lockOwner.nullable(),
}) satisfies z.ZodType<UnlockReport>;
