import type pg from 'pg';
import { replay } from '../replay/replay.js';
import { readSeedTables, type SeedCheck } from '../seed/read-tables.js';
import type { Migration } from '../sources/migration.js';

/**
 * Every CHECK that the migrations make on their way, by table: learned by taking them up once over empty
 * tables, where nothing can be violated. What does not even go up there is reported by the verification.
 */
export async function comingChecks(
  client: pg.Client,
  migrations: readonly Migration[],
): Promise<Map<string, SeedCheck[]>> {
  const found = new Map<string, SeedCheck[]>();
  for (const migration of migrations) {
    try {
      await replay(client, [{ migration, direction: 'up' }]);
    } catch {
      return found;
    }
    for (const { name, checks } of await readSeedTables(client)) {
      const known = found.get(name) ?? [];
      const fresh = checks.filter(
        ({ expression }) => !known.some((check) => check.expression === expression),
      );
      found.set(name, [...known, ...fresh]);
    }
  }
  return found;
}
