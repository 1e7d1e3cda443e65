import type pg from 'pg';
import { APPLIED_SQL, type AppliedMigration } from '../migrations-lock.js';
import type { Privilege, RequiredTable } from './required-tables.js';

export interface IdentityRow {
  service: string;
  database_uuid: string;
  environment: string;
}

export interface FoundTable {
  schema: string;
  table: string;
  columns: string[];
  constraints: { name: string; type: string }[];
  indexes: { name: string; valid: boolean }[];
  privileges: Privilege[];
  /** Sequences behind serial columns on which the role lacks USAGE. */
  closedSequences: string[];
}

/** Everything that probes and connect-time checks ask, as one statement saw it at one moment. */
export interface Snapshot {
  version: string;
  versionNumber: number;
  encoding: string;
  database: string;
  role: string;
  inRecovery: boolean;
  readOnly: boolean;
  fsync: string;
  synchronousCommit: string;
  /** What makes the role too strong, in words. */
  powers: string[];
  /** Schemas of required tables in which the role lacks USAGE. */
  closedSchemas: string[];
  migratorExists: boolean;
  identity: IdentityRow[] | null;
  applied: AppliedMigration[] | null;
  tables: FoundTable[];
}

/**
 * A subquery that yields the rows of `sql` as hex-encoded JSON, or NULL while `table` is absent or closed
 * to the role. PostgreSQL resolves every table of a statement before running it, and `migrator` may not
 * exist yet; query_to_xml takes text and runs it only when the CASE gets there: no second round trip.
 */
function rowsWhenReadable(table: string, sql: string): string {
  return `CASE WHEN EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'migrator' AND c.relname = '${table}'
        AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))
    THEN query_to_xml($q$SELECT encode(convert_to(coalesce(json_agg(r), '[]')::text, 'UTF8'), 'hex') AS x FROM (${sql}) r$q$,
      false, false, '')::text END`;
}

const IDENTITY_SQL = 'SELECT service, database_uuid::text, environment FROM migrator.identity';
const USER_SCHEMA = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`;

// MEMBER, not USAGE: a role that may SET ROLE to an owner is as strong as the owner.
const POWERS_SQL = `
  SELECT 'is a superuser' AS power FROM pg_roles WHERE rolname = current_user AND rolsuper
  UNION ALL SELECT 'may create roles' FROM pg_roles WHERE rolname = current_user AND rolcreaterole
  UNION ALL SELECT 'may replicate' FROM pg_roles WHERE rolname = current_user AND rolreplication
  UNION ALL SELECT 'bypasses row security' FROM pg_roles WHERE rolname = current_user AND rolbypassrls
  UNION ALL SELECT 'owns the database' FROM pg_database WHERE datname = current_database() AND pg_has_role(datdba, 'MEMBER')
  UNION ALL SELECT 'may create schemas' WHERE has_database_privilege(current_database(), 'CREATE')
  UNION ALL SELECT format('owns schema %I', n.nspname) FROM pg_namespace n WHERE ${USER_SCHEMA} AND pg_has_role(n.nspowner, 'MEMBER')
  UNION ALL SELECT format('may create in schema %I', n.nspname) FROM pg_namespace n WHERE ${USER_SCHEMA} AND has_schema_privilege(n.oid, 'CREATE')
  UNION ALL (SELECT format('owns %I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${USER_SCHEMA} AND pg_has_role(c.relowner, 'MEMBER') LIMIT 3)
  UNION ALL (SELECT format('owns function %I.%I', n.nspname, p.proname) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE ${USER_SCHEMA} AND pg_has_role(p.proowner, 'MEMBER') LIMIT 3)`;

// ALTER DATABASE and ALTER ROLE reach new sessions only; this one may be older. The most specific wins.
const READ_ONLY_SQL = `current_setting('transaction_read_only') = 'on' OR coalesce((
    SELECT split_part(entry, '=', 2) IN ('on', 'true', 'yes', '1')
    FROM pg_db_role_setting s, unnest(s.setconfig) AS entry
    WHERE entry LIKE 'default\\_transaction\\_read\\_only=%'
      AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user))
    ORDER BY s.setrole <> 0 DESC, s.setdatabase <> 0 DESC LIMIT 1), false)`;

// CASE, because the planner may ask has_sequence_privilege about an index first, which is an error.
const TABLES_SQL = `SELECT json_agg(json_build_object(
    'schema', n.nspname, 'table', c.relname,
    'columns', (SELECT coalesce(json_agg(a.attname), '[]') FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    'constraints', (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'type', k.contype)), '[]')
      FROM pg_constraint k WHERE k.conrelid = c.oid),
    'indexes', (SELECT coalesce(json_agg(json_build_object('name', i.relname, 'valid', x.indisvalid AND x.indisready)), '[]')
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid),
    'privileges', (SELECT coalesce(json_agg(p), '[]') FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
      WHERE has_table_privilege(c.oid, p)),
    'closedSequences', (SELECT coalesce(json_agg(q.relname), '[]') FROM pg_depend d JOIN pg_class q ON q.oid = d.objid
      WHERE d.refobjid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_class'::regclass
        AND d.deptype = 'a' AND CASE WHEN q.relkind = 'S' THEN NOT has_sequence_privilege(q.oid, 'USAGE') END)))
  FROM unnest($1::text[], $2::text[]) AS wanted(schema_name, table_name)
  JOIN pg_namespace n ON n.nspname = wanted.schema_name
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.table_name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`;

/** The whole probe: one statement, one row, one column. */
export const SNAPSHOT_SQL = `/* fusion-prime:readiness */ SELECT json_build_object(
  'version', version(), 'versionNumber', current_setting('server_version_num')::int,
  'encoding', current_setting('server_encoding'), 'database', current_database(), 'role', current_user,
  'inRecovery', pg_is_in_recovery(), 'readOnly', ${READ_ONLY_SQL},
  'fsync', current_setting('fsync'), 'synchronousCommit', current_setting('synchronous_commit'),
  'powers', (SELECT coalesce(json_agg(power), '[]') FROM (${POWERS_SQL}) p),
  'closedSchemas', (SELECT coalesce(json_agg(DISTINCT n.nspname), '[]') FROM pg_namespace n
    WHERE n.nspname = ANY ($1::text[]) AND NOT has_schema_privilege(n.oid, 'USAGE')),
  'migratorExists', EXISTS (SELECT FROM pg_namespace WHERE nspname = 'migrator'),
  'identity', ${rowsWhenReadable('identity', IDENTITY_SQL)},
  'applied', ${rowsWhenReadable('history', APPLIED_SQL)},
  'tables', coalesce((${TABLES_SQL}), '[]')) AS snapshot`;

type RawSnapshot = Omit<Snapshot, 'identity' | 'applied'> &
  Record<'identity' | 'applied', string | null>;

/** Takes the snapshot: exactly one query on the given client. */
export async function takeSnapshot(
  client: pg.Client,
  tables: readonly RequiredTable[],
): Promise<Snapshot> {
  const { rows } = await client.query<{ snapshot: RawSnapshot }>(SNAPSHOT_SQL, [
    tables.map((each) => each.schema),
    tables.map((each) => each.table),
  ]);
  const raw = rows[0]?.snapshot;
  if (raw === undefined) throw new Error('the readiness statement returned no row');
  return {
    ...raw,
    identity: decodeRows<IdentityRow>(raw.identity),
    applied: decodeRows<AppliedMigration>(raw.applied),
  };
}

/** The rows inside query_to_xml's answer: hex digits between the one pair of tags named x. */
function decodeRows<T>(xml: string | null): T[] | null {
  const hex = xml === null ? undefined : /<x>([0-9a-f]*)<\/x>/.exec(xml)?.[1];
  return hex === undefined ? null : (JSON.parse(Buffer.from(hex, 'hex').toString('utf8')) as T[]);
}
