import type pg from 'pg';
import { quoteName } from '../sources/sql-quote.js';
import type { Loss } from './data-loss.js';
import type { TableName } from './renames.js';

// A table that somebody has locked is not waited for: then it may well have rows. Nor is one believed to be
// empty because row security hides what is in it: with it off, the server says that instead.
const LOOK_SETTINGS = `SET lock_timeout = '1s'; SET statement_timeout = '30s'; SET row_security = off`;
// lock_not_available, query_canceled, insufficient_privilege
const NOT_KNOWN = ['55P03', '57014', '42501'];

/**
 * Looks whether a loss would take anything away in this database: a table that is empty, or not there
 * yet, loses nothing.
 *
 * @returns what would be lost, for people; null when nothing would
 */
export async function lostRows(client: pg.Client, loss: Loss): Promise<string | null> {
  await client.query(LOOK_SETTINGS);
  switch (loss.kind) {
    case 'table': {
      const tables = await tablesOf(client, loss);
      const full = await firstWithRows(client, tables);
      return full === null ? null : `${loss.how} of ${full}, which has rows`;
    }
    case 'column':
      return lostColumn(client, loss);
    case 'schema': {
      const tables = await tablesIn(client, 'n.nspname = $1', [loss.schema]);
      const full = await firstWithRows(client, tables);
      return full === null ? null : `DROP SCHEMA ${loss.schema} with ${full}, which has rows`;
    }
    case 'unknown':
    case 'opaque': {
      const full = await firstWithRows(client, await tablesIn(client, OURS, []));
      return full === null ? null : `may lose data (${loss.why}), and ${full} has rows`;
    }
  }
}

const OURS = `n.nspname NOT IN ('migrator', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
  AND NOT (n.nspname = 'public' AND c.relname IN ('migrations', 'alembic_version'))`;

async function tablesIn(client: pg.Client, where: string, values: string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${where} ORDER BY 1`,
    values,
  );
  return rows.map(({ name }) => name);
}

/** The table, and with TRUNCATE … CASCADE those that refer to it, however far away. */
async function tablesOf(
  client: pg.Client,
  { table, cascade }: Loss & { kind: 'table' },
): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `WITH RECURSIVE hit (oid) AS (
       SELECT c.oid FROM pg_class c WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p')
       UNION SELECT k.conrelid FROM pg_constraint k JOIN hit ON k.confrelid = hit.oid
       WHERE $2::bool AND k.contype = 'f')
     SELECT oid::regclass::text AS name FROM hit`,
    [written(table), cascade],
  );
  return rows.map(({ name }) => name);
}

async function lostColumn(
  client: pg.Client,
  { table, column }: Loss & { kind: 'column' },
): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT attrelid::regclass::text AS name FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attname = $2 AND attnum > 0 AND NOT attisdropped`,
    [written(table), column],
  );
  const name = rows[0]?.name;
  if (name === undefined) return null;
  const filled = `SELECT FROM ${name} WHERE ${quoteName(column)} IS NOT NULL`;
  return (await exists(client, filled)) ? `DROP COLUMN ${name}.${column}, which has values` : null;
}

async function firstWithRows(client: pg.Client, tables: readonly string[]): Promise<string | null> {
  for (const table of tables) {
    if (await exists(client, `SELECT FROM ${table}`)) return table;
  }
  return null;
}

async function exists(client: pg.Client, select: string): Promise<boolean> {
  try {
    const { rows } = await client.query<{ found: boolean }>(`SELECT EXISTS (${select}) AS found`);
    return rows[0]?.found === true;
  } catch (error) {
    if (NOT_KNOWN.includes((error as { code?: string }).code ?? '')) return true;
    throw error;
  }
}

function written({ schema, name }: TableName): string {
  return schema === undefined ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`;
}
