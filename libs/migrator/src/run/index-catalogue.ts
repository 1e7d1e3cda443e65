import type pg from 'pg';
import type { LockHolder } from './advisory-lock.js';
import type { IndexStatement } from './index-statement.js';

/** What the catalogue says about the name that a statement gives to an index. */
export interface FoundIndex {
  /** Of the relation with that name. */
  oid: string;
  /** Usable by queries: built, and not half dropped. */
  valid: boolean;
  /** Its table as people write it; null when the name belongs to something that is no index. */
  table: string | null;
  /** Whether that is the table which the statement names. */
  sameTable: boolean;
}

const FACTS = `c.oid::text AS oid, i.indrelid::regclass::text AS "table",
  coalesce(i.indisvalid AND i.indisready AND i.indislive, false) AS valid`;

/** An index lives in the schema of its table, whatever the search_path is. */
const CREATED_SQL = `
  SELECT ${FACTS}, coalesce(i.indrelid = t.oid, false) AS "sameTable"
  FROM pg_class t JOIN pg_class c ON c.relnamespace = t.relnamespace AND c.relname = $2
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  WHERE t.oid = to_regclass($1)`;

const DROPPED_SQL = `
  SELECT ${FACTS}, true AS "sameTable"
  FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid WHERE c.oid = to_regclass($1)`;

/** @returns null when there is no such index */
export async function findIndex(
  client: pg.Client,
  statement: IndexStatement,
): Promise<FoundIndex | null> {
  const { rows } =
    statement.kind === 'create'
      ? await client.query<FoundIndex>(CREATED_SQL, [statement.table, statement.name])
      : await client.query<FoundIndex>(DROPPED_SQL, [statement.index]);
  return rows[0] ?? null;
}

/**
 * Backends at work on an index. A build shows in its progress report, whose details are hidden from other
 * roles: then any build counts that holds the table's lock. A drop shows in its lock on the index.
 */
const WORKERS_SQL = `
  WITH locks AS (
    SELECT l.pid, l.relation FROM pg_locks l
    WHERE l.mode = 'ShareUpdateExclusiveLock' AND l.pid <> pg_backend_pid()
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
  SELECT a.pid, coalesce(a.application_name, '') AS application, coalesce(a.usename, '') AS "user",
         (extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.backend_start)) * 1000)::float8 AS "ageMs"
  FROM pg_stat_activity a
  WHERE a.pid IN (SELECT pid FROM locks WHERE relation = $2::oid)
     OR a.pid IN (
       SELECT p.pid FROM pg_stat_progress_create_index p JOIN locks ON locks.pid = p.pid
       WHERE locks.relation = coalesce(to_regclass($1)::oid, (SELECT indrelid FROM pg_index WHERE indexrelid = $2::oid))
         AND (p.index_relid IS NULL OR p.index_relid = 0 OR p.index_relid = coalesce($2::oid, p.index_relid)))`;

/** Who builds or drops this index at this moment, other than ourselves. */
export async function indexWorkers(
  client: pg.Client,
  statement: IndexStatement,
  found: FoundIndex | null,
): Promise<LockHolder[]> {
  const table = statement.kind === 'create' ? statement.table : null;
  const { rows } = await client.query<LockHolder>(WORKERS_SQL, [table, found?.oid ?? null]);
  return rows;
}
