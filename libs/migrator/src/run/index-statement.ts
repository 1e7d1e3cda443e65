import type { Script } from '../sources/migration.js';
import { MigrationRefused } from '../refused.js';
import { quoteName } from '../sources/sql-quote.js';
import { soleStatementOf, type Statement } from '../sources/statements.js';
import type { RangeVar } from '../sources/range-var.js';

/** CREATE or DROP INDEX CONCURRENTLY: statements whose outcome can be read from the catalogue. */
export type IndexStatement = CreateIndex | DropIndex;

export interface CreateIndex {
  kind: 'create';
  sql: string;
  /** The index's own name; its schema is its table's. */
  name: string;
  /** Quoted, with its schema where one was written. */
  table: string;
  /** Byte at which the table's name begins in `sql`. */
  tableAt: number;
}

export interface DropIndex {
  kind: 'drop';
  sql: string;
  name: string;
  /** Quoted, with its schema where one was written. */
  index: string;
}

interface IndexNode {
  concurrent?: boolean;
  idxname?: string;
  relation: RangeVar;
}

interface DropNode {
  concurrent?: boolean;
  removeType?: string;
  objects?: { List: { items: { String: { sval: string } }[] } }[];
}

/**
 * Recognises the one statement of a script that runs outside a transaction.
 *
 * @returns null for any other kind, and for a class whose statement cannot be known beforehand
 * @throws {MigrationRefused} SQL_INDEX_UNNAMED, and as soleStatementOf
 */
export async function indexStatementOf(
  script: Script,
  origin: string,
): Promise<IndexStatement | null> {
  if (script.transactional) return null;
  const statement = await soleStatementOf(script, origin);
  return statement === null ? null : indexStatementIn(statement, origin);
}

/** @throws {MigrationRefused} SQL_INDEX_UNNAMED */
export function indexStatementIn(
  { kind, node, sql, offset }: Statement,
  origin: string,
): IndexStatement | null {
  if (kind === 'IndexStmt')
    return createIndex(node as unknown as IndexNode, { sql, offset, origin });
  if (kind === 'DropStmt') return dropIndex(node, sql);
  return null;
}

function createIndex(
  { concurrent = false, idxname, relation }: IndexNode,
  { sql, offset, origin }: { sql: string; offset: number; origin: string },
): CreateIndex | null {
  if (!concurrent) return null;
  if (idxname === undefined) {
    throw new MigrationRefused(
      'SQL_INDEX_UNNAMED',
      `${origin}: give the index a name: without one nobody can tell whether a crash left it INVALID`,
    );
  }
  const tableAt = (relation.location ?? 0) - offset;
  return { kind: 'create', sql, name: idxname, table: quoted(relation), tableAt };
}

function dropIndex(
  { concurrent = false, removeType, objects = [] }: DropNode,
  sql: string,
): DropIndex | null {
  if (!concurrent || removeType !== 'OBJECT_INDEX') return null;
  const names = objects[0]?.List.items.map((item) => item.String.sval) ?? [];
  const name = names.at(-1);
  if (name === undefined) return null;
  return { kind: 'drop', sql, name, index: names.map(quoteName).join('.') };
}

function quoted({ schemaname, relname }: RangeVar): string {
  const table = quoteName(relname);
  return schemaname === undefined ? table : `${quoteName(schemaname)}.${table}`;
}
