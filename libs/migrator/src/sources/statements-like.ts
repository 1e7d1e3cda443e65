import { label, type Migration } from './migration.js';
import { rehearse } from './rehearsal.js';
import { splitStatements, type Statement, statementsOf } from './statements.js';

// A migration class that sends more than this is generated; then what it sends counts as unknown.
const MOST_QUERIES = 2_000;

/**
 * The statements of a migration, parsed only where its text has a word that matters: the parser is 1.7 MB,
 * and most migrations need not be looked into.
 *
 * @returns those of a SQL file, all of them when one matches; of a class the queries that match; null for a
 *   class whose queries cannot be known beforehand
 */
export async function statementsLike(
  migration: Migration,
  direction: 'up' | 'down',
  word: RegExp,
): Promise<Statement[] | null> {
  const script = migration[direction];
  if (script === null) return [];
  if (script.kind === 'sql') return word.test(script.sql) ? statementsOf(script) : [];
  const rules = { mostQueries: MOST_QUERIES, takesParameters: true };
  const queries = await rehearse(script, rules);
  if (queries === null) return null;
  const statements: Statement[] = [];
  for (const query of queries.filter((text) => word.test(text))) {
    statements.push(...(await splitStatements(query, label(migration))));
  }
  return statements;
}
