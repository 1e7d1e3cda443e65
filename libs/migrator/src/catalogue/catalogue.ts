import type pg from 'pg';
import { hashOf, type Json } from './canonical.js';
import type { BasicRows, CatalogueRows, RareRows } from './catalogue-rows.js';
import {
  BASIC_STATEMENTS,
  PINNED_SETTINGS,
  RARE_STATEMENTS,
  type RareKind,
} from './catalogue-sql.js';
import { Known, TYPEORM_SEQUENCE } from './known.js';
import { relationEntries } from './relation-entries.js';
import { schemaEntries } from './schema-entries.js';
import { type CatalogueRoles, rolesIn } from './service-roles.js';
import { tableEntries } from './table-entries.js';

/**
 * A schema as plain values: `column public.users.email` → `{type, nullable, …}`, sorted by key. Two
 * databases with the same schema give the same value, whatever their roles and OIDs are.
 *
 * Left out: schema `migrator`, TypeORM's and Alembic's own tables, whatever belongs to an extension; the order of
 * columns; rows, and where a sequence stands; tablespaces and statistics targets; the database's own grants and
 * settings; event triggers, foreign servers, publications, operators, casts, text search.
 */
export type Catalogue = Record<string, Record<string, Json>>;

/**
 * Reads the schema of the connected database: one message, a second one where there are sequences, enums or
 * other things that many schemas have none of. May be called inside a transaction, whose settings it leaves as
 * they were.
 *
 * @param roles written as `{owner}` and `{app}`; by default those that schema `migrator` names
 * @example fingerprintOf(await readCatalogue(client))
 */
export async function readCatalogue(client: pg.Client, roles?: CatalogueRoles): Promise<Catalogue> {
  return (await readSchema(client, { roles })).catalogue;
}

/** A catalogue, and the major version of the server that printed it. */
export interface Schema {
  catalogue: Catalogue;
  majorVersion: number;
}

export interface ReadSchemaOptions {
  roles?: CatalogueRoles | undefined;
  /** Sent in the same message, ahead of it; its effects stay. */
  first?: string;
  /** Instead of the session's own. Printing a view waits for whoever changes its tables. */
  lockTimeout?: string;
}

/** As {@link readCatalogue}, for those who count round trips. */
export async function readSchema(
  client: pg.Client,
  { roles, first = '', lockTimeout }: ReadSchemaOptions = {},
): Promise<Schema> {
  const settings = lockTimeout === undefined ? '' : `; SET LOCAL lock_timeout = '${lockTimeout}'`;
  const read = async <T>(statements: Record<string, string>, before = ''): Promise<T> =>
    rowsOf<T>(await send(client, { statements, before, settings }), statements);
  const basic = await read<BasicRows>(BASIC_STATEMENTS, first);
  const wanted = rareKinds(basic).map((kind) => [kind, RARE_STATEMENTS[kind]]);
  const asked = Object.fromEntries(wanted) as Partial<typeof RARE_STATEMENTS>;
  const rare = wanted.length === 0 ? {} : await read<Partial<RareRows>>(asked);
  const rows: CatalogueRows = { ...basic, ...NOTHING_RARE, ...rare };
  return { catalogue: catalogueOf(rows, roles), majorVersion: basic.schemas[0]?.majorVersion ?? 0 };
}

/** sha256, lower-case hex. */
export function fingerprintOf(catalogue: Catalogue): string {
  return hashOf(catalogue);
}

const NOTHING_RARE = Object.fromEntries(
  Object.keys(RARE_STATEMENTS).map((name) => [name, []]),
) as unknown as RareRows;

const LEAVE_SAVEPOINT = 'ROLLBACK TO SAVEPOINT catalogue; RELEASE SAVEPOINT catalogue';

interface Message {
  statements: Record<string, string>;
  before: string;
  settings: string;
}

/** The settings end with the savepoint, or with the transaction; so do the locks that printing a view takes. */
async function send(
  client: pg.Client,
  { statements, before, settings }: Message,
): Promise<pg.QueryResult[]> {
  const inside = client.getTransactionStatus() === 'T';
  const [begin, end] = inside
    ? ['SAVEPOINT catalogue', LEAVE_SAVEPOINT]
    : ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', 'COMMIT'];
  const asked = Object.values(statements).join(';');
  const message = `${before}; ${begin}; ${PINNED_SETTINGS}${settings}; ${asked}; ${end}`;
  try {
    return (await client.query(message)) as unknown as pg.QueryResult[];
  } catch (error) {
    await client.query(inside ? LEAVE_SAVEPOINT : 'ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function rowsOf<T>(results: readonly pg.QueryResult[], statements: Record<string, string>): T {
  const answers = results.filter(({ command }) => command === 'SELECT');
  return Object.fromEntries(
    Object.keys(statements).map((name, index) => [name, answers[index]?.rows ?? []]),
  ) as T;
}

function rareKinds({ relations, kinds }: BasicRows): RareKind[] {
  const { policies, statistics, comments, extensions, types, aggregates, routines } =
    kinds[0] ?? {};
  const has = (test: (relation: BasicRows['relations'][number]) => boolean): boolean =>
    relations.some(test);
  const sequences = has(({ kind, name }) => kind === 'S' && name !== TYPEORM_SEQUENCE);
  const when = (truth: boolean | undefined, ...names: RareKind[]): RareKind[] =>
    truth === true ? names : [];
  return [
    ...when(routines, 'routines'),
    ...when(aggregates, 'aggregates'),
    ...when(types === true || has(({ kind }) => kind === 'c'), 'types', 'labels', 'ranges'),
    ...when(policies, 'policies'),
    ...when(statistics, 'statistics'),
    ...when(comments, 'comments'),
    ...when(extensions, 'extensions', 'extensionMembers'),
    ...when(sequences, 'sequences', 'columnParts'),
    ...when(
      has(({ hasChildren }) => hasChildren),
      'parents',
    ),
    ...when(
      has(({ hasRules }) => hasRules),
      'rules',
    ),
  ];
}

function catalogueOf(rows: CatalogueRows, roles?: CatalogueRoles): Catalogue {
  const known = new Known(rows, roles ?? rolesIn(rows.schemas));
  const entries = [...schemaEntries(known), ...relationEntries(known), ...tableEntries(known)];
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
