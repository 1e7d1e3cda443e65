import type { z } from 'zod';

/**
 * Takes a document apart by its schema.
 *
 * @throws {Error} with every place that is wrong, in one line.
 */
export function inForm<T>(schema: z.ZodType<T>, document: unknown): T {
  const { success, data, error } = schema.safeParse(document);
  if (success) return data;
  const places = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new Error(places.join('; '));
}
