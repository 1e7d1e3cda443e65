import { MigrationRefused } from '../refused.js';
import { closeSession, openSession } from '../run/session.js';
import { label, type Migration } from '../sources/migration.js';
import type { Statement } from '../sources/statements.js';
import { statementsLike } from '../sources/statements-like.js';
import type { Demand } from './fleet-check.js';

const CREATES = /\bcreate\s+extension\b/i;

interface Wanted {
  migration: Migration;
  extension: string;
  /** As the statement asks for it; null for the server's default. */
  version: string | null;
}

/**
 * What pending migrations CREATE EXTENSION must be there to be created: an image without PostGIS shows
 * itself before the first change, not at the third database.
 *
 * @throws {MigrationRefused} EXTENSION_MISSING
 */
export const demandExtensions: Demand = async ({ database: { name }, target }, steps) => {
  const wanted: Wanted[] = [];
  for (const { migration, direction } of steps) {
    const statements = (await statementsLike(migration, direction, CREATES)) ?? [];
    wanted.push(...statements.flatMap((statement) => wantedBy(statement, migration)));
  }
  if (wanted.length === 0) return;
  const client = await openSession(target, name);
  try {
    for (const { migration, extension, version } of wanted) {
      const { rowCount } = await client.query(
        `SELECT FROM pg_available_extension_versions WHERE name = $1 AND version = coalesce($2, version) LIMIT 1`,
        [extension, version],
      );
      if (rowCount === 1) continue;
      const which = version === null ? extension : `${extension} ${version}`;
      throw new MigrationRefused(
        'EXTENSION_MISSING',
        `${name}: ${label(migration)} creates extension ${which}, which this server does not have: install ` +
          'it there first; SELECT * FROM pg_available_extensions lists what it has',
      );
    }
  } finally {
    await closeSession(client);
  }
};

interface Option {
  DefElem?: { defname?: string; arg?: { String?: { sval?: string } } };
}

function wantedBy({ kind, node }: Statement, migration: Migration): Wanted[] {
  const { extname, options = [] } = node as { extname?: string; options?: Option[] };
  if (kind !== 'CreateExtensionStmt' || extname === undefined) return [];
  const asked = options.find(({ DefElem }) => DefElem?.defname === 'new_version');
  return [{ migration, extension: extname, version: asked?.DefElem?.arg?.String?.sval ?? null }];
}
