import type pg from 'pg';
import { hashOf, type Json } from './canonical.js';
import type { CatalogueRows, RareRows } from './catalogue-rows.js';
import { CATALOGUE_STATEMENTS, PINNED_SETTINGS, RARE_STATEMENTS } from './catalogue-sql.js';
import { Known } from './known.js';
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
 * Reads the schema of the connected database: one message, a second one where there are sequences, enums or other
 * things that most schemas have none of. May be called inside a transaction, and leaves its settings as they were.
 *
 * @param roles written as `{owner}` and `{app}`; by default those that schema `migrator` names
 * @example fingerprintOf(await readCatalogue(client))
 */
export async function readCatalogue(client: pg.Client, roles?: CatalogueRoles): Promise<Catalogue> {
  const message = enclosed(client, CATALOGUE_SQL);
  const rows = rowsOf<CatalogueRows>(await send(client, message), CATALOGUE_STATEMENTS);
  const rare = hasRareThings(rows)
    ? rowsOf<RareRows>(await send(client, enclosed(client, RARE_SQL)), RARE_STATEMENTS)
    : NOTHING_RARE;
  return catalogueOf(rows, rare, roles);
}

/** sha256, lower-case hex. */
export function fingerprintOf(catalogue: Catalogue): string {
  return hashOf(catalogue);
}

const CATALOGUE_SQL = Object.values(CATALOGUE_STATEMENTS).join(';');
const RARE_SQL = Object.values(RARE_STATEMENTS).join(';');
const NOTHING_RARE = Object.fromEntries(
  Object.keys(RARE_STATEMENTS).map((name) => [name, []]),
) as unknown as RareRows;

/** The settings end with the savepoint, or with the transaction; so do the locks that printing a view takes. */
function enclosed(client: pg.Client, sql: string): string {
  return client.getTransactionStatus() === 'T'
    ? `SAVEPOINT catalogue; ${PINNED_SETTINGS}; ${sql}; ROLLBACK TO SAVEPOINT catalogue; RELEASE SAVEPOINT catalogue`
    : `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${PINNED_SETTINGS}; ${sql}; COMMIT`;
}

async function send(client: pg.Client, message: string): Promise<pg.QueryResult[]> {
  const inside = client.getTransactionStatus() === 'T';
  try {
    return (await client.query(message)) as unknown as pg.QueryResult[];
  } catch (error) {
    const end = inside
      ? 'ROLLBACK TO SAVEPOINT catalogue; RELEASE SAVEPOINT catalogue'
      : 'ROLLBACK';
    await client.query(end).catch(() => undefined);
    throw error;
  }
}

function rowsOf<T>(results: readonly pg.QueryResult[], statements: Record<string, string>): T {
  const answers = results.filter(({ command }) => command === 'SELECT');
  return Object.fromEntries(
    Object.keys(statements).map((name, index) => [name, answers[index]?.rows ?? []]),
  ) as T;
}

function hasRareThings({ relations, types, routines, extensions }: CatalogueRows): boolean {
  return (
    extensions.length > 0 ||
    types.some(({ kind }) => kind === 'e' || kind === 'r') ||
    routines.some(({ kind }) => kind === 'a') ||
    relations.some(
      ({ kind, hasRules, hasChildren, name }) =>
        (kind === 'S' && name !== 'migrations_id_seq') || hasRules || hasChildren,
    )
  );
}

function catalogueOf(rows: CatalogueRows, rare: RareRows, roles?: CatalogueRoles): Catalogue {
  const known = new Known(rows, rare, roles ?? rolesIn(rows.schemas));
  const entries = [...schemaEntries(known), ...relationEntries(known), ...tableEntries(known)];
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
