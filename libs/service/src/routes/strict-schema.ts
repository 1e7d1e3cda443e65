import { z } from 'zod';

/** Plain object schemas are read as strict ones: an unknown field is an error everywhere. */
export function strict(schema: z.ZodType): z.ZodType {
  const whole =
    schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema;
  demandStrict(z.toJSONSchema(whole, { io: 'input', unrepresentable: 'any' }));
  return whole;
}

/**
 * An inner object that lets unknown fields pass is found at boot, not by the client whose typing error
 * was ignored.
 */
function demandStrict(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if ('properties' in node && !('additionalProperties' in node)) {
    const fields = Object.keys(node.properties as object).join(', ');
    throw new Error(`a body schema ignores unknown fields beside ${fields}: use z.strictObject`);
  }
  Object.values(node).forEach(demandStrict);
}
