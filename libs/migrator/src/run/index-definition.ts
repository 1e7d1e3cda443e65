import type pg from 'pg';
import { sqlParser } from '../sources/sql-parser.js';
import type { FoundIndex } from './index-catalogue.js';
import type { CreateIndex } from './index-statement.js';
import { rollBack } from './session.js';

/** What makes two indexes the same; each value as PostgreSQL itself writes it down. */
type Definition = Record<string, unknown>;

const DEFINITION_SQL = `
  SELECT jsonb_build_object(
    'uniqueness', indisunique, 'NULLS NOT DISTINCT', indnullsnotdistinct, 'method', am.amname,
    'columns', ARRAY(SELECT pg_get_indexdef(indexrelid, k, false) FROM generate_series(1, indnatts) k),
    'key columns', indnkeyatts, 'order', indoption::text, 'operator classes', indclass::text,
    'collations', indcollation::text, 'predicate', pg_get_expr(indpred, indrelid),
    'storage', c.reloptions) AS definition
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
  WHERE i.indexrelid = $1::regclass`;

const SHADOW = 'pg_temp.fp_index_shadow';

/**
 * Compares an index with what the statement would build. The server normalises both: the statement runs
 * on an empty copy of the table, in a transaction that is rolled back, so a predicate that is written
 * differently and means the same is the same.
 *
 * @returns what differs, for people; null when nothing does
 */
export async function differenceFrom(
  client: pg.Client,
  statement: CreateIndex,
  found: FoundIndex,
): Promise<string | null> {
  const { name, table } = statement;
  if (found.table === null) return `${name} is the name of something that is no index`;
  if (!found.sameTable) return `it belongs to ${found.table}, not to ${table}`;
  const meant = await meantDefinition(client, statement);
  const actual = await readDefinition(client, found.oid);
  const differing = Object.keys(meant).filter(
    (key) => JSON.stringify(meant[key]) !== JSON.stringify(actual[key]),
  );
  if (differing.length === 0) return null;
  return differing
    .map((key) => `${key} ${shown(actual[key])} instead of ${shown(meant[key])}`)
    .join(', ');
}

async function meantDefinition(client: pg.Client, statement: CreateIndex): Promise<Definition> {
  const onShadow = await onOtherTable(statement, SHADOW);
  await client.query('BEGIN');
  try {
    await client.query(`CREATE TEMP TABLE fp_index_shadow (LIKE ${statement.table})`);
    await client.query(onShadow);
    const { rows } = await client.query<{ index: string }>(
      `SELECT indexrelid::text AS index FROM pg_index WHERE indrelid = '${SHADOW}'::regclass`,
    );
    return await readDefinition(client, rows[0]?.index ?? '0');
  } finally {
    await rollBack(client);
  }
}

async function readDefinition(client: pg.Client, index: string): Promise<Definition> {
  const { rows } = await client.query<{ definition: Definition }>(DEFINITION_SQL, [index]);
  return rows[0]?.definition ?? {};
}

/** The same statement on another table, and not concurrently: that is forbidden in a transaction. */
async function onOtherTable({ sql, tableAt }: CreateIndex, table: string): Promise<string> {
  const { scan } = await sqlParser();
  const bytes = Buffer.from(sql, 'utf8');
  const text = (from: number, to?: number): string => bytes.subarray(from, to).toString();
  const { tokens } = await scan(sql);
  const keyword = tokens.find((one) => one.text.toLowerCase() === 'concurrently');
  const at = tokens.findIndex(({ start }) => start === tableAt);
  const qualified = tokens[at + 1]?.text === '.';
  const last = tokens[qualified ? at + 2 : at];
  if (keyword === undefined || last === undefined) throw new Error(`cannot read ${sql}`);
  return text(0, keyword.start) + text(keyword.end, tableAt) + table + text(last.end);
}

function shown(value: unknown): string {
  return value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}
