import type pg from 'pg';
import type { PlannedStatement } from './report.js';

/** Bytes of each live table, by `schema.name`; with its indexes in `whole`. */
export type Sizes = ReadonlyMap<string, { heap: number; whole: number }>;

// Of a small cloud instance with its disk busy, so that the plan is rather too slow than too fast: an
// order of magnitude is what decides between "now" and "tonight".
const SCAN_BYTES_PER_MS = 100_000;
const REWRITE_BYTES_PER_MS = 20_000;
const LEAST_MS = 1;

const SIZES_SQL = `
  SELECT n.nspname || '.' || c.relname AS name, pg_relation_size(c.oid)::float8 AS heap,
         pg_total_relation_size(c.oid)::float8 AS whole
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND n.nspname || '.' || c.relname = ANY ($1)`;

/** Asks the live database; what is not there yet has no size. */
export async function readSizes(client: pg.Client, names: readonly string[]): Promise<Sizes> {
  const { rows } = await client.query<{ name: string; heap: number; whole: number }>(SIZES_SQL, [
    [...new Set(names)],
  ]);
  return new Map(rows.map(({ name, ...size }) => [name, size]));
}

/** Milliseconds that reading and writing take; waiting for locks is not in it. */
export function estimateOf(
  { scans, rewrites }: Pick<PlannedStatement, 'scans' | 'rewrites'>,
  sizes: Sizes,
): number {
  const read = scans.map((name) => (sizes.get(name)?.heap ?? 0) / SCAN_BYTES_PER_MS);
  const written = rewrites.map((name) => (sizes.get(name)?.whole ?? 0) / REWRITE_BYTES_PER_MS);
  const sum = [...read, ...written].reduce((a, b) => a + b, 0);
  return Math.max(LEAST_MS, Math.round(sum));
}
