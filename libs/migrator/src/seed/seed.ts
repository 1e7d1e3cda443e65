import type pg from 'pg';
import { quoteName } from '../sources/sql-quote.js';
import { candidatesOf } from './candidates.js';
import { readSeedTables, type SeedCheck, type SeedColumn, type SeedTable } from './read-tables.js';

/** How many rows a table got, and why it got fewer than wanted. */
export interface SeededTable {
  table: string;
  rows: number;
  /** What the server said to the last row that it refused; null when all went in. */
  refused: string | null;
}

// Cross joins of candidates are bounded: 20,000 rows are judged by the server in milliseconds.
const MOST_COMBINATIONS = 20_000;
// Constants of a table's CHECKs that are tried as the first of a row which was refused.
const MOST_KINDS = 12;
type Row = Record<string, string | null>;

/**
 * Puts rows into every table that has none, so that a migration meets data as it does in earnest. The
 * values satisfy types, enums, lengths, foreign keys and whatever CHECKs can be satisfied by trying; what
 * cannot be filled is told, never passed over in silence.
 *
 * @param client a shadow's owner, outside a transaction
 * @param count rows for each table, at most 1000
 * @param leave tables that stay as they are, e.g. `public.users`
 * @param coming CHECKs that the tables do not have yet, by table: rows satisfy them as far as their columns
 *   are there
 */
export async function seedRows(
  client: pg.Client,
  count: number,
  leave: ReadonlySet<string> = new Set(),
  coming: ReadonlyMap<string, readonly SeedCheck[]> = new Map(),
): Promise<SeededTable[]> {
  const seeded: SeededTable[] = [];
  for (const bare of await readSeedTables(client)) {
    if (leave.has(bare.name)) continue;
    const table = { ...bare, checks: [...bare.checks, ...applicable(bare, coming)] };
    const { rows } = await client.query(`SELECT FROM ${table.name} LIMIT 1`);
    if (rows.length === 0) seeded.push(await seedTable(client, table, count));
  }
  return seeded;
}

function applicable(
  { name, columns, checks }: SeedTable,
  coming: ReadonlyMap<string, readonly SeedCheck[]>,
): SeedCheck[] {
  const present = new Set(columns.map((column) => column.name));
  return (coming.get(name) ?? []).filter(
    (check) =>
      check.columns.every((column) => present.has(column)) &&
      !checks.some(({ expression }) => expression === check.expression),
  );
}

async function seedTable(client: pg.Client, table: SeedTable, count: number): Promise<SeededTable> {
  let [inserted, refused]: [number, string | null] = [0, null];
  // A trigger may refuse what the CHECKs allow, often a value that nobody begins with.
  const required = table.columns.filter(({ nullable, hasDefault }) => !nullable && !hasDefault);
  for (let i = 1; i <= count; i += 1) {
    refused = await tryRow(client, table, i);
    // Or a rule ties a kind to keys that this row does not have: then another kind.
    for (let turn = i; refused !== null && turn < i + MOST_KINDS; turn += 1) {
      refused = await tryRow(client, { ...table, columns: required }, i, turn);
    }
    if (refused === null) inserted += 1;
  }
  return { table: table.name, rows: inserted, refused };
}

/** What the server said against row `i`; null when it went in. */
async function tryRow(
  client: pg.Client,
  table: SeedTable,
  i: number,
  turn = i,
): Promise<string | null> {
  try {
    const row = {
      ...(await valuesOf(client, table, i, turn)),
      ...(await keysOf(client, table, i)),
    };
    await insert(client, table, row);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function insert(client: pg.Client, table: SeedTable, row: Row): Promise<void> {
  const names = Object.keys(row);
  if (names.length === 0) {
    await client.query(`INSERT INTO ${table.name} DEFAULT VALUES`);
    return;
  }
  const values = names.map((name, index) => `$${index + 1}::text::${typeOf(table, name)}`);
  await client.query(
    `INSERT INTO ${table.name} (${names.map((name) => quoteName(name)).join(', ')})
     VALUES (${values.join(', ')})`,
    Object.values(row),
  );
}

function typeOf({ columns }: SeedTable, name: string): string {
  return columns.find((column) => column.name === name)?.type ?? 'text';
}

/** Lets the server choose, among the candidates, values that its own CHECKs accept. */
async function valuesOf(
  client: pg.Client,
  table: SeedTable,
  i: number,
  turn: number,
): Promise<Row> {
  const candidates = new Map(
    table.columns.map((column) => [column.name, candidatesOf(column, i, table.checks, turn)]),
  );
  const first = Object.fromEntries([...candidates].map(([name, [value]]) => [name, value ?? null]));
  const checked = table.columns.filter(({ name }) =>
    table.checks.some(({ columns }) => columns.includes(name)),
  );
  if (checked.length === 0) return first;
  const bounded = await withoutHopeless(client, table, { checked, candidates });
  return { ...first, ...(await firstAccepted(client, table, bounded)) };
}

type Candidates = ReadonlyMap<string, readonly (string | null)[]>;

/** What a CHECK over one column alone refuses need not be combined with anything. */
async function withoutHopeless(
  client: pg.Client,
  table: SeedTable,
  { checked, candidates }: { checked: readonly SeedColumn[]; candidates: Candidates },
): Promise<{ column: SeedColumn; values: (string | null)[] }[]> {
  const most = Math.max(2, Math.floor(MOST_COMBINATIONS ** (1 / checked.length)));
  const bounded = [];
  for (const column of checked) {
    const alone = table.checks.filter(({ columns }) => columns.join() === column.name);
    const values: (string | null)[] = [];
    for (const value of candidates.get(column.name) ?? []) {
      if (values.length >= most) break;
      if (await accepted(client, [{ column, values: [value] }], alone)) values.push(value);
    }
    bounded.push({ column, values });
  }
  return bounded;
}

async function accepted(
  client: pg.Client,
  choices: readonly { column: SeedColumn; values: readonly (string | null)[] }[],
  checks: SeedTable['checks'],
): Promise<boolean> {
  try {
    return (await choose(client, choices, checks)) !== undefined;
  } catch {
    // No value of this type, or no argument for this expression.
    return false;
  }
}

async function firstAccepted(
  client: pg.Client,
  table: SeedTable,
  choices: readonly { column: SeedColumn; values: readonly (string | null)[] }[],
): Promise<Row> {
  return (await choose(client, choices, table.checks).catch(() => undefined)) ?? {};
}

/** The first combination for which no CHECK is false; NULL satisfies a CHECK, as in the table itself. */
async function choose(
  client: pg.Client,
  choices: readonly { column: SeedColumn; values: readonly (string | null)[] }[],
  checks: SeedTable['checks'],
): Promise<Row | undefined> {
  const lists = choices.map(
    ({ column }, index) =>
      `(SELECT v::${column.type} AS ${quoteName(column.name)}, n AS "fp_n${index}"
        FROM unnest($${index + 1}::text[]) WITH ORDINALITY AS u(v, n)) AS "fp_${index}"`,
  );
  const known = new Set(choices.map(({ column }) => column.name));
  const judged = checks.filter(({ columns }) => columns.every((name) => known.has(name)));
  const rules = judged.map(({ expression }) => `(${expression}) IS NOT FALSE`).join(' AND ');
  const order = choices.map((_, index) => `"fp_n${index}"`).join(' + ');
  const outputs = choices.map(({ column }) => `${quoteName(column.name)}::text`).join(', ');
  const { rows } = await client.query<Row>(
    `SELECT ${outputs} FROM ${lists.join(', ')} WHERE ${rules || 'true'} ORDER BY ${order} LIMIT 1`,
    choices.map(({ values }) => values),
  );
  return rows[0];
}

/** The keys of the i-th row of each parent; a table that is its own parent begins with NULL. */
async function keysOf(client: pg.Client, table: SeedTable, i: number): Promise<Row> {
  const keys: Row = {};
  const known = new Set(table.columns.map(({ name }) => name));
  for (const [nth, { columns, parent, parentColumns }] of table.foreignKeys.entries()) {
    if (!columns.some((name) => known.has(name))) continue;
    const wanted = parentColumns.map((name) => `${quoteName(name)}::text`).join(', ');
    const { rows } = await client.query<(string | null)[]>({
      text: `SELECT ${wanted} FROM ${parent} ORDER BY ${wanted} OFFSET
             $1 % greatest(1, (SELECT count(*) FROM ${parent})) LIMIT 1`,
      // Two keys to one table (payer, payee) often must differ.
      values: [i - 1 + nth],
      rowMode: 'array',
    });
    columns.forEach((name, index) => (keys[name] = rows[0]?.[index] ?? null));
  }
  return keys;
}
