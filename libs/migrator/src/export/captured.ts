import type pg from 'pg';
import { MigrationRefused } from '../refused.js';
import { replay, type ReplayedStatement } from '../replay/replay.js';
import { type IndexStatement, indexStatementOf } from '../run/index-statement.js';
import { label, type Migration } from '../sources/migration.js';
import { rehearse } from '../sources/rehearsal.js';
import { splitStatements, type Statement, statementsOf } from '../sources/statements.js';

/** A migration as plain statements, whatever it was written in. */
export interface Captured {
  migration: Migration;
  statements: string[];
  /** Of a migration outside a transaction: the index by which its end can be told. */
  index: IndexStatement | null;
  /** A new value of an enum may only be used in a later transaction. */
  addsEnumValue: boolean;
}

/** Replays on a shadow what a database has, so that a class can be listened to; null without need of one. */
export type OpenShadow = () => Promise<pg.Client>;

// A class that sends more is generated, and belongs into a file.
const MOST_QUERIES = 10_000;

/**
 * Writes down what pending migrations send. Classes are rehearsed; one that cannot be is listened to while
 * it runs on a shadow that has everything before it.
 *
 * @param applied what the shadow must have first
 * @throws {MigrationRefused} EXPORT_IMPOSSIBLE, SHADOW_UNAVAILABLE, MIGRATION_FAILED on the shadow
 */
export async function capture(
  pending: readonly Migration[],
  { applied, openShadow }: { applied: readonly Migration[]; openShadow: OpenShadow },
): Promise<Captured[]> {
  const captured: Captured[] = [];
  for (const migration of pending) {
    const { up } = migration;
    const texts = up.kind === 'sql' ? null : await rehearse(up, { mostQueries: MOST_QUERIES });
    if (up.kind === 'class' && texts === null) {
      return listen(pending, { applied, client: await openShadow() });
    }
    const statements =
      up.kind === 'sql' ? await statementsOf(up) : await splitAll(texts ?? [], migration);
    captured.push(await described(migration, statements));
  }
  return captured;
}

async function splitAll(texts: readonly string[], migration: Migration): Promise<Statement[]> {
  const statements: Statement[] = [];
  for (const text of texts) statements.push(...(await splitStatements(text, label(migration))));
  return statements;
}

async function listen(
  pending: readonly Migration[],
  { applied, client }: { applied: readonly Migration[]; client: pg.Client },
): Promise<Captured[]> {
  const heard = new Map<string, string[]>(pending.map(({ number }) => [number, []]));
  const steps = [...applied, ...pending].map(
    (migration) => ({ migration, direction: 'up' }) as const,
  );
  await replay(client, steps, {
    before: async (statement, { migration }) => {
      if (!heard.has(migration.number) || (await onlyAsks(statement, migration))) return;
      demandPlain(statement, migration);
      heard.get(migration.number)?.push(statement.sql);
    },
  });
  const captured: Captured[] = [];
  for (const migration of pending) {
    const texts = heard.get(migration.number) ?? [];
    captured.push(await described(migration, await splitAll(texts, migration)));
  }
  return captured;
}

/** `hasTable()` and its kind read the catalogue: their answers have led to the statements that follow. */
async function onlyAsks({ sql }: ReplayedStatement, migration: Migration): Promise<boolean> {
  const statements = await splitStatements(sql, label(migration));
  return statements.every(({ kind, node }) => kind === 'SelectStmt' && readsCatalogueAlone(node));
}

function readsCatalogueAlone(node: unknown): boolean {
  const tables = [...JSON.stringify(node).matchAll(/"RangeVar":(\{[^{}]*\})/g)].map(
    ([, text]) => JSON.parse(text ?? '{}') as { schemaname?: string; relname?: string },
  );
  return (
    tables.length > 0 &&
    tables.every(
      ({ schemaname = '', relname = '' }) =>
        schemaname === 'information_schema' ||
        schemaname === 'pg_catalog' ||
        relname.startsWith('pg_'),
    )
  );
}

/** What stands in for $1 is a value of this moment and this database; a file cannot ask for it. */
function demandPlain({ parameters = [] }: ReplayedStatement, migration: Migration): void {
  if (parameters.length === 0) return;
  refuse(migration, 'it sends parameters with a query, which a file cannot');
}

async function described(
  migration: Migration,
  statements: readonly Statement[],
): Promise<Captured> {
  const index = await indexStatementOf(migration.up, label(migration));
  if (!migration.up.transactional && index === null) {
    refuse(
      migration,
      'it runs outside a transaction, and nothing in the catalogue would tell the next file whether it ran',
    );
  }
  const addsEnumValue = statements.some(
    ({ kind, node }) => kind === 'AlterEnumStmt' && node['newVal'] !== undefined,
  );
  return { migration, statements: statements.map(({ sql }) => sql), index, addsEnumValue };
}

function refuse(migration: Migration, why: string): never {
  throw new MigrationRefused(
    'EXPORT_IMPOSSIBLE',
    `${label(migration)} cannot be exported: ${why}. Run it with  npx fp migrate up`,
  );
}
