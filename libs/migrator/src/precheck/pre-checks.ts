import type pg from 'pg';
import { quoteText } from '../sources/sql-quote.js';
import { type DataRule, dataRules } from './data-rules.js';

/** Rows that a pending statement will trip over. */
export interface PreCheckFinding {
  check: 'duplicates' | 'nulls' | 'orphans' | 'violations' | 'not-checked';
  /** As the statement names it. */
  table: string;
  /** 0-based, of the statement that lays the rule on them. */
  statement: number;
  /** `warning` when an earlier statement writes to the table, and may mend it; or when it was not checked. */
  level: 'error' | 'warning';
  /** Up to ten, each as text: the keys of the rows, or the values that stand there twice. */
  keys: string[];
  /** More than the keys that are shown. */
  more: boolean;
  message: string;
}

export interface PreCheckOptions {
  /** For each check; default 5 s. A check never waits for a lock longer than a second. */
  statementTimeout?: string;
}

const STATEMENT_TIMEOUT = '5s';
const LOCK_TIMEOUT = '1s';
const MOST_KEYS = 10;
// undefined_table, undefined_column, and their kin: what an earlier pending statement is to make has no rows yet.
const STILL_TO_COME = ['42P01', '42703', '42883', '42704', '3F000'];

/**
 * Looks in the live rows for what pending statements will fail at: duplicates before UNIQUE, NULLs before NOT
 * NULL and PRIMARY KEY, orphans before a foreign key, violations before CHECK. Reads only.
 *
 * @param statements in order, as `up` would send them
 * @throws {MigrationRefused} SQL_SYNTAX
 * @example await preChecks(client, ['CREATE UNIQUE INDEX users_email ON users (email)']);
 */
export async function preChecks(
  client: pg.Client,
  statements: readonly string[],
  { statementTimeout = STATEMENT_TIMEOUT }: PreCheckOptions = {},
): Promise<PreCheckFinding[]> {
  const rules = await dataRules(statements);
  if (rules.length === 0) return [];
  await client.query(`BEGIN READ ONLY; SET LOCAL lock_timeout = '${LOCK_TIMEOUT}';
    SET LOCAL statement_timeout = '${statementTimeout}'`);
  try {
    const findings: PreCheckFinding[] = [];
    for (const rule of rules) findings.push(...(await check(client, rule)));
    return findings;
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

async function check(client: pg.Client, rule: DataRule): Promise<PreCheckFinding[]> {
  await client.query('SAVEPOINT pre_check');
  try {
    if (rule.kind === 'constraint') return await checkExisting(client, rule);
    const sql = await sqlOf(client, rule);
    const { rows } = await client.query<{ key: string }>(sql);
    return rows.length === 0
      ? []
      : [
          found(
            rule,
            rows.map(({ key }) => key),
          ),
        ];
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    await client.query('ROLLBACK TO SAVEPOINT pre_check');
    return STILL_TO_COME.includes(code) ? [] : [notChecked(rule, message)];
  }
}

/** A constraint that stands in the database as NOT VALID, and is to be validated. */
async function checkExisting(
  client: pg.Client,
  rule: DataRule & { kind: 'constraint' },
): Promise<PreCheckFinding[]> {
  const { table, name } = rule;
  const { rows } = await client.query<{ definition: string }>(
    `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
     WHERE conrelid = to_regclass($1) AND conname = $2 AND NOT convalidated`,
    [table, name],
  );
  const [row] = rows;
  if (row === undefined) return [];
  const definition = row.definition.replace(/ NOT VALID$/, '');
  const [meant] = await dataRules([`ALTER TABLE ${table} ADD ${definition}`]);
  return meant === undefined ? [] : check(client, { ...meant, ...place(rule) });
}

const place = ({
  table,
  statement,
  written,
}: DataRule): Pick<DataRule, 'table' | 'statement' | 'written'> => ({
  table,
  statement,
  written,
});

type RowRule = Exclude<DataRule, { kind: 'constraint' }>;

/** One row more than is shown tells that there are more. */
async function sqlOf(client: pg.Client, rule: RowRule): Promise<string> {
  const limit = `LIMIT ${MOST_KEYS + 1}`;
  const { table } = rule;
  if (rule.kind === 'unique') {
    const { keys, where, nullsDistinct } = rule;
    const present = nullsDistinct ? keys.map((key) => `${key} IS NOT NULL`) : [];
    const conditions = [...present, ...(where === null ? [] : [`(${where})`])];
    const filter = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    return `SELECT concat_ws(', ', ${keys.map(asText).join(', ')}) AS key FROM ${table} ${filter}
      GROUP BY ${keys.join(', ')} HAVING count(*) > 1 ${limit}`;
  }
  if (rule.kind === 'foreign-key') {
    const { columns, parent } = rule;
    const parents =
      rule.parentColumns.length > 0 ? rule.parentColumns : await keyOf(client, parent);
    const pairs = columns.map((column, index) => `p.${parents[index]} = c.${column}`);
    const present = columns.map((column) => `c.${column} IS NOT NULL`);
    return `SELECT DISTINCT concat_ws(', ', ${columns.map((one) => asText(`c.${one}`)).join(', ')}) AS key
      FROM ${table} c WHERE ${present.join(' AND ')}
      AND NOT EXISTS (SELECT FROM ${parent} p WHERE ${pairs.join(' AND ')}) ${limit}`;
  }
  const broken =
    rule.kind === 'check'
      ? `NOT (${rule.expression})`
      : rule.columns.map((column) => `${column} IS NULL`).join(' OR ');
  const key = await keyOf(client, table);
  const shown = key.length === 0 ? ['ctid'] : key;
  return `SELECT concat_ws(', ', ${shown.map(asText).join(', ')}) AS key FROM ${table} WHERE ${broken} ${limit}`;
}

const asText = (key: string): string => `coalesce((${key})::text, 'NULL')`;

/** The columns of a primary key, quoted; none when there is none. */
async function keyOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(a.attname) AS name FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(attnum, place)
     JOIN pg_attribute a ON a.attnum = k.attnum
     WHERE i.indrelid = ${quoteText(table)}::regclass AND i.indisprimary AND a.attrelid = i.indrelid ORDER BY k.place`,
  );
  return rows.map(({ name }) => name);
}

const CHECKS = {
  unique: ['duplicates', 'more than once'],
  'not-null': ['nulls', 'no value'],
  'foreign-key': ['orphans', 'no row that they point at'],
  check: ['violations', 'against the rule'],
} as const;

function found(rule: RowRule, keys: readonly string[]): PreCheckFinding {
  const [name, words] = CHECKS[rule.kind];
  const shown = keys.slice(0, MOST_KEYS);
  const more = keys.length > MOST_KEYS;
  const later = rule.written ? '; an earlier statement may mend it' : '';
  return {
    check: name,
    table: rule.table,
    statement: rule.statement,
    level: rule.written ? 'warning' : 'error',
    keys: shown,
    more,
    message: `${rule.table}, ${subjectOf(rule)}, ${words}: ${shown.join(' · ')}${more ? ' · …' : ''}${later}`,
  };
}

function subjectOf(rule: RowRule): string {
  if (rule.kind === 'unique') return `UNIQUE (${rule.keys.join(', ')})`;
  if (rule.kind === 'check') return `CHECK (${rule.expression})`;
  if (rule.kind === 'not-null') return `NOT NULL ${rule.columns.join(', ')}`;
  return `FOREIGN KEY (${rule.columns.join(', ')})`;
}

/** What could not be looked at is told, never passed over. */
function notChecked(rule: DataRule, reason: string): PreCheckFinding {
  return {
    check: 'not-checked',
    table: rule.table,
    statement: rule.statement,
    level: 'warning',
    keys: [],
    more: false,
    message: `${rule.table}: the rows were not checked: ${reason}`,
  };
}
