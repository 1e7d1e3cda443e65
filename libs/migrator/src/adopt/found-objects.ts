import type pg from 'pg';
import { MigrationRefused } from '../refused.js';

const OF_USER = `n.nspname <> 'migrator' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'`;
const ofExtension = (catalogue: string, oid: string): string =>
  `EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalogue}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

/** Names a few objects that migrations would have made, so that the message can show what was found. */
const OBJECTS_SQL = `
  SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND ${OF_USER}
    AND c.relname <> 'alembic_version' AND NOT ${ofExtension('pg_class', 'c.oid')}
  UNION ALL
  SELECT n.nspname || '.' || t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.oid >= 16384 AND t.typtype IN ('e', 'd') AND ${OF_USER} AND NOT ${ofExtension('pg_type', 't.oid')}
  UNION ALL
  SELECT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.oid >= 16384 AND ${OF_USER} AND NOT ${ofExtension('pg_proc', 'p.oid')}
  ORDER BY 1 LIMIT 3`;

// Three short ranges of three indexes: a new database is asked this before its first migration, a hundred of
// them in a row, and next to all are empty.
const ANYTHING_SQL = `
  SELECT EXISTS (SELECT FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
                 AND relnamespace <> m.oid)
      OR EXISTS (SELECT FROM pg_type WHERE oid >= 16384 AND typtype IN ('e', 'd') AND typnamespace <> m.oid)
      OR EXISTS (SELECT FROM pg_proc WHERE oid >= 16384 AND pronamespace <> m.oid) AS anything
  FROM pg_namespace m WHERE m.nspname = 'migrator'`;

/** The first three objects of the user's; none in a database that is empty. */
export async function foundObjects(client: pg.Client): Promise<string[]> {
  const looked = await client.query<{ anything: boolean }>(ANYTHING_SQL);
  if (looked.rows[0]?.anything === false) return [];
  const { rows } = await client.query<{ name: string }>(OBJECTS_SQL);
  return rows.map(({ name }) => name);
}

/**
 * Objects without a history: the first migration would meet tables that are there already, or, worse, miss them
 * and make a second set beside them.
 *
 * @throws {MigrationRefused} ADOPT_NEEDED
 */
export async function demandNothingToAdopt(client: pg.Client, database: string): Promise<void> {
  const found = await foundObjects(client);
  if (found.length === 0) return;
  throw new MigrationRefused(
    'ADOPT_NEEDED',
    `${database}: objects without a history (${found.join(', ')}${found.length === 3 ? ', …' : ''}): ` +
      `find out which version they are, and record it:  npx fp migrate adopt ${database}`,
  );
}
