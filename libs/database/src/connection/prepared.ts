import { createHash } from 'node:crypto';

const names = new Map<string, string>();
const failures = new WeakSet();
let possible = true;
let generation = 1;

/**
 * Marks a statement for connections to prepare once and call by name from then on: each parses and plans it
 * once. For statements that run briefly and all the time, and whose plan does not depend on their values,
 * such as an INSERT.
 *
 * @param sql a constant: what is marked is kept for as long as the process lives
 * @returns the same text, for `tx.query`
 * @example const RECEIVE = prepared(`INSERT INTO …`);
 */
export function prepared(sql: string): string {
  // By its content, so that one name never stands for two statements, whoever else uses the session.
  names.set(sql, createHash('sha256').update(sql).digest('hex').slice(0, 16));
  return sql;
}

/** The name to call it by; undefined when it was not marked, or when names do not hold here. */
export function preparedName(sql: unknown): string | undefined {
  const name = possible && typeof sql === 'string' ? names.get(sql) : undefined;
  return name && `fp_${String(generation)}_${name}`;
}

// invalid_sql_statement_name, duplicate_prepared_statement: a transaction pooler between us and the server
// hands our statements to sessions that others use.
const NAMES_DO_NOT_HOLD = ['26000', '42P05'];

/**
 * Told of the error of a statement that was called by `name`. Behind a pooler that knows no prepared
 * statements there are none from then on; after a migration that changed what a statement returns all are
 * prepared anew under new names.
 */
export function notePreparedFailure(error: unknown, name: string): void {
  if (!(error instanceof Error)) return;
  const { code = '', routine } = error as Error & { code?: string; routine?: string };
  const stale = code === '0A000' && routine === 'RevalidateCachedQuery';
  if (NAMES_DO_NOT_HOLD.includes(code)) possible = false;
  // Only the first of many connections whose plans are stale.
  else if (stale && name.startsWith(`fp_${String(generation)}_`)) generation += 1;
  else if (!stale) return;
  failures.add(error);
}

/** Whether a statement failed only for being prepared, so that the work may be repeated. */
export function failedAsPrepared(error: unknown): boolean {
  const { driverError } = (error ?? {}) as { driverError?: unknown };
  return [error, driverError].some((one) => one instanceof Error && failures.has(one));
}
