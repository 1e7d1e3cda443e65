import { bodyErrors, statedCode } from '@fusion-prime/service';
import { z } from 'zod';
import { MAX_BULK_ITEMS, type BulkItem } from './bulk.js';
import { ingestBody, toOrder } from './commands.dto.js';
import type { BulkResult } from './ingest-bulk.js';

/** Items are looked at one by one, so that one that is wrong is no other's trouble. */
export const bulkBody = z
  .array(z.unknown())
  .min(1)
  .max(MAX_BULK_ITEMS, `bulk-too-long: at most ${String(MAX_BULK_ITEMS)} items`)
  .meta({ id: 'IngestBulk', description: 'IngestCommand, up to 10,000 of them' });

export const bulkQuery = z.strictObject({
  atomic: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('All or nothing'),
});

export const bulkAnswer = z
  .strictObject({
    received: z.int(),
    replayed: z.int(),
    refused: z.int(),
    results: z.array(
      z.strictObject({
        command_id: z.string().nullable(),
        outcome: z.enum(['received', 'replayed', 'refused']),
        code: z.string().optional(),
        errors: z
          .array(z.strictObject({ pointer: z.string(), code: z.string(), detail: z.string() }))
          .optional(),
      }),
    ),
  })
  .meta({ id: 'IngestBulkResults' });

export function toItem(raw: unknown): BulkItem {
  const { success, data, error } = ingestBody.safeParse(raw);
  if (success) return { order: toOrder(data) };
  const id = (raw as { command_id?: unknown } | null)?.command_id;
  return {
    commandId: typeof id === 'string' ? id : null,
    code: statedCode(error.issues) ?? 'validation-failed',
    errors: bodyErrors(error.issues),
  };
}

export function toAnswer(results: readonly BulkResult[]): z.infer<typeof bulkAnswer> {
  const count = (wanted: BulkResult['outcome']): number =>
    results.filter(({ outcome }) => outcome === wanted).length;
  return {
    received: count('received'),
    replayed: count('replayed'),
    refused: count('refused'),
    results: results.map(({ commandId, outcome, code, errors }) => ({
      command_id: commandId,
      outcome,
      ...(code !== undefined && { code }),
      ...(errors !== undefined && { errors: [...errors] }),
    })),
  };
}
