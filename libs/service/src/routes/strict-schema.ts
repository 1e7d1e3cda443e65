import { z } from 'zod';

/** Plain object schemas are read as strict ones: an unknown field is an error everywhere. */
export function strict(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject && schema.def.catchall === undefined
    ? schema.strict()
    : schema;
}
