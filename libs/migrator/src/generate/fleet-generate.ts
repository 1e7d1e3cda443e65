import type { Fleet, FleetDatabase } from '../fleet/fleet.js';
import { select } from '../fleet/fleet-order.js';
import { exitCodeOf, problemOf } from '../fleet/problem.js';
import type { Problem } from '../fleet/reports.js';
import { sideBySide } from '../fleet/side-by-side.js';
import { replay } from '../replay/replay.js';
import { closeSession, openSession } from '../run/session.js';
import { type Shadow, type ShadowOptions, withShadow } from '../shadow/shadow.js';
import { loadMigrations } from '../sources/load-migrations.js';
import { diffEntities, type EntityDiff, loadEntities } from './diff-entities.js';

export interface FleetGenerateOptions {
  only?: readonly string[];
  skip?: readonly string[];
  shadow?: ShadowOptions;
}

export interface GeneratedMigration extends EntityDiff {
  name: string;
  /** Folder of the migrations that the new one belongs to. */
  folder: string;
  problem: Problem | null;
}

export interface FleetGenerateReport {
  command: 'generate';
  exitCode: number;
  databases: GeneratedMigration[];
}

const AT_ONCE = 3;

/**
 * Compares the entities of every database with its migrations, replayed on a shadow. Writes nothing.
 *
 * @throws {MigrationRefused} FLEET_UNKNOWN_NAME, SHADOW_UNAVAILABLE
 */
export async function fleetGenerate(
  fleet: Fleet,
  options: FleetGenerateOptions = {},
): Promise<FleetGenerateReport> {
  const selected = select(fleet.databases, options);
  return withShadow({ ...options.shadow, apartFrom: selected }, async (shadow) => {
    const databases = await sideBySide(selected, AT_ONCE, (one) => generateOne(one, shadow));
    const exitCode = exitCodeOf(databases.map(({ problem }) => problem));
    return { command: 'generate', exitCode, databases };
  });
}

async function generateOne(
  { name, migrations: folder, entities: file }: FleetDatabase,
  shadow: Shadow,
): Promise<GeneratedMigration> {
  try {
    const entities = await loadEntities(file, name);
    const migrations = await loadMigrations(folder);
    const { owner } = await shadow.createDatabase(name);
    const client = await openSession(owner, name);
    try {
      await replay(
        client,
        migrations.map((migration) => ({ migration, direction: 'up' })),
      );
    } finally {
      await closeSession(client);
    }
    return { name, folder, ...(await diffEntities(owner, entities)), problem: null };
  } catch (error) {
    return { name, folder, up: [], down: [], problem: problemOf(error) };
  }
}
