import { classifyDatabaseError, type DatabaseErrorClass } from '@fusion-prime/database';

// About the database as a whole: no event is to blame, and none would fare better.
const TROUBLE: ReadonlySet<DatabaseErrorClass> = new Set([
  'overloaded',
  'storage-full',
  'read-only',
  'unavailable',
  'misconfigured',
]);

/** Whether nothing can be stored at present, whatever it is. */
export function isDatabaseTrouble(error: unknown): boolean {
  const kind = classifyDatabaseError(error);
  return kind !== null && TROUBLE.has(kind);
}
