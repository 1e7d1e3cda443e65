import type pg from 'pg';
import { quoteName } from '../sources/sql-quote.js';

/** What a table holds: how many rows, and for each column a digest of its values in any order. */
export interface TableContents {
  rows: number;
  columns: Record<string, string>;
}

export type Contents = Record<string, TableContents>;

/** What is gone from a table, or changed in it, between two looks. */
export interface LostData {
  table: string;
  /** Rows that were there and are not. */
  rows: number;
  /** Columns whose values are others, where no row is gone. */
  columns: string[];
}

const TABLES_SQL = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name,
         array_agg(a.attname::text ORDER BY a.attname) AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'migrator') AND n.nspname NOT LIKE 'pg_t%'
  GROUP BY 1 ORDER BY 1`;

/** Reads every row of a small database: a shadow's. */
export async function readContents(client: pg.Client): Promise<Contents> {
  const contents: Contents = {};
  const { rows: tables } = await client.query<{ name: string; columns: string[] }>(TABLES_SQL);
  for (const { name, columns } of tables) {
    const digests = columns.map((column) => {
      const text = `${quoteName(column)}::text`;
      return `md5(string_agg(coalesce(${text}, '∅'), ',' ORDER BY ${text}))`;
    });
    const { rows } = await client.query<[string, ...string[]]>({
      text: `SELECT count(*)::text, ${digests.join(', ')} FROM ${name}`,
      rowMode: 'array',
    });
    const [count = '0', ...values] = rows[0] ?? [];
    const byColumn = columns.map((column, index) => [column, values[index] ?? '']);
    contents[name] = { rows: Number(count), columns: Object.fromEntries(byColumn) as never };
  }
  return contents;
}

/** What the second look misses of the first. Columns that only one of them has are the catalogue's matter. */
export function lostBetween(before: Contents, after: Contents): LostData[] {
  return Object.entries(before).flatMap(([table, was]) => {
    const is = after[table] ?? { rows: 0, columns: {} };
    const rows = Math.max(0, was.rows - is.rows);
    const columns = Object.keys(was.columns).filter(
      (name) => is.columns[name] !== undefined && is.columns[name] !== was.columns[name],
    );
    if (rows === 0 && columns.length === 0) return [];
    return [{ table, rows, columns: rows > 0 ? [] : columns }];
  });
}
