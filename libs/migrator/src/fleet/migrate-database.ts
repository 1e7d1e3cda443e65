import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type { Fleet } from './fleet.js';
import { fleetUp } from './fleet-run.js';
import type { FleetRunOptions } from './options.js';
import { MigrationRefused, REFUSAL_EXIT_CODES, type RefusalCode } from '../refused.js';
import type { DatabaseRun } from './reports.js';

/**
 * Migrates one database that is in no fleet file: a test's template, a shadow.
 *
 * @param target as the owner role
 * @throws {MigrationRefused} whatever stood in the way
 * @example await migrateDatabase(owner, 'migrations/settlement', { service: 'settlement' });
 */
export async function migrateDatabase(
  target: DatabaseTarget,
  folder: string,
  { service, ...options }: FleetRunOptions & { service: string },
): Promise<DatabaseRun> {
  const fleet: Fleet = {
    file: folder,
    databases: [
      {
        name: service,
        database: target.database,
        urlVariable: 'url',
        migrateUrlVariable: 'url',
        migrateUrl: target,
        migrations: folder,
        dependsOn: [],
        labels: {},
      },
    ],
  };
  const report = await fleetUp(fleet, options);
  const [run] = report.databases;
  if (run !== undefined && run.problem === null) return run;
  const { code = 'INTERNAL', message = 'nothing was run' } = run?.problem ?? {};
  if (code in REFUSAL_EXIT_CODES) throw new MigrationRefused(code as RefusalCode, message);
  throw new Error(message);
}
