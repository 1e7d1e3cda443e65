import { z } from 'zod';
import { SOURCE_KINDS, type Source } from './source.js';

export const sourceIdField = z.uuid();
const nameField = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'lower-case letters, digits and -');

export const createBody = z
  .strictObject({
    name: nameField,
    kind: z.enum(SOURCE_KINDS),
    upstream_group: nameField.optional().describe('Defaults to the name'),
    enabled: z.boolean().default(true),
  })
  .meta({ id: 'CreateSource' });

export const sourceBody = z
  .strictObject({
    source_id: z.uuid(),
    name: z.string(),
    kind: z.enum(SOURCE_KINDS),
    upstream_group: z.string(),
    enabled: z.boolean(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Source' });

export function toWish(body: z.infer<typeof createBody>): Omit<Source, 'sourceId' | 'createdAt'> {
  const { name, kind, enabled, upstream_group: upstreamGroup = name } = body;
  return { name, kind, enabled, upstreamGroup };
}

export function toBody(source: Source): z.infer<typeof sourceBody> {
  return {
    source_id: source.sourceId,
    name: source.name,
    kind: source.kind,
    upstream_group: source.upstreamGroup,
    enabled: source.enabled,
    created_at: source.createdAt.toISOString(),
  };
}
