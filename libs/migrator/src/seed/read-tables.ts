import type pg from 'pg';

/** A column that a row needs a value for. */
export interface SeedColumn {
  name: string;
  /** As PostgreSQL writes it, e.g. `character varying(64)`; a domain's own name. */
  type: string;
  /** Of the type below any domain: `b` base, `e` enum, `r` range, `c` composite, … */
  kind: string;
  /** `A` array, `N` numeric, `S` string, `D` date/time, … of the type below any domain. */
  category: string;
  /** Name of the type below any domain, without its length: `varchar`, `int4`. */
  base: string;
  /** Longest text that fits; null for no limit. */
  length: number | null;
  nullable: boolean;
  hasDefault: boolean;
  /** Labels of an enum, in order; empty for all else. */
  labels: string[];
}

export interface SeedForeignKey {
  columns: string[];
  /** Quoted, with its schema. */
  parent: string;
  parentColumns: string[];
}

export interface SeedCheck {
  /** An SQL expression over the table's own columns. */
  expression: string;
  columns: string[];
}

export interface SeedTable {
  /** Quoted, with its schema. */
  name: string;
  columns: SeedColumn[];
  foreignKeys: SeedForeignKey[];
  checks: SeedCheck[];
}

const NAMES = (keys: string, table: string): string =>
  `(SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(${keys}) WITH ORDINALITY AS u(attnum, n)
     JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = u.attnum)`;

// Generated and identity columns fill themselves; a partition's rows come in through its parent. Keys and
// CHECKs in the order they were made: the catalogue's own changes from one database to the next.
const TABLES_SQL = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name,
    (SELECT coalesce(json_agg(json_build_object(
        'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'kind', b.typtype,
        'category', b.typcategory, 'base', b.typname,
        'length', CASE WHEN b.typname IN ('varchar', 'bpchar')
                       AND (CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END) > 4
                       THEN (CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END) - 4 END,
        'nullable', NOT a.attnotnull AND NOT t.typnotnull, 'hasDefault', d.oid IS NOT NULL,
        'labels', (SELECT coalesce(json_agg(e.enumlabel ORDER BY e.enumsortorder), '[]') FROM pg_enum e
                   WHERE e.enumtypid = b.oid)) ORDER BY a.attnum), '[]')
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = ''
       AND a.attgenerated = '' AND coalesce(pg_get_expr(d.adbin, d.adrelid), '') NOT LIKE 'nextval(%'
    ) AS columns,
    (SELECT coalesce(json_agg(json_build_object('columns', ${NAMES('f.conkey', 'f.conrelid')},
        'parent', (SELECT format('%I.%I', pn.nspname, p.relname) FROM pg_class p
                   JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE p.oid = f.confrelid),
        'parentColumns', ${NAMES('f.confkey', 'f.confrelid')}) ORDER BY f.oid), '[]')
     FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f') AS "foreignKeys",
    (SELECT coalesce(json_agg(json_build_object('expression', pg_get_expr(k.conbin, k.conrelid),
        'columns', coalesce(${NAMES('k.conkey', 'k.conrelid')}, '{}')) ORDER BY k.oid), '[]')
     FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c') AS checks
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'migrator') AND n.nspname NOT LIKE 'pg_t%'
    AND NOT (n.nspname = 'public' AND c.relname = 'migrations')
    AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.objid = c.oid AND x.deptype = 'e')
  ORDER BY 1`;

/** Every table that rows can be put into, parents before children where that is possible. */
export async function readSeedTables(client: pg.Client): Promise<SeedTable[]> {
  const { rows } = await client.query<SeedTable>(TABLES_SQL);
  const rest = [...rows];
  const ordered: SeedTable[] = [];
  while (rest.length > 0) {
    const waits = ({ name, foreignKeys }: SeedTable): boolean =>
      foreignKeys.some(({ parent }) => parent !== name && rest.some((one) => one.name === parent));
    // A circle has to be begun somewhere: a nullable key lets its first table in.
    const index = Math.max(
      0,
      rest.findIndex((table) => !waits(table)),
    );
    ordered.push(...rest.splice(index, 1));
  }
  return ordered;
}
