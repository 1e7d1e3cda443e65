import { fleetUp, type Fleet, type FleetEvent } from '@fusion-prime/migrator';
import { LOCAL_ENVIRONMENT } from './provision.js';
import type { Say } from './service-process.js';

export class MigrationStopped extends Error {}

/**
 * Migrates the local databases in turn and says what happens while it happens.
 *
 * @returns how many migrations each database has now.
 * @throws {MigrationStopped} with the reason. The server stops with us, so the way on is another start.
 */
export async function migrateLocally(
  fleet: Fleet,
  say: Say,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const applied = new Map<string, number>();
  const reporter = (event: FleetEvent): void => {
    if (event.type === 'migration-applied') {
      const { database, migration, durationMs } = event;
      say(`  ${database}: ${migration.number} ${migration.name} (${durationMs} ms)`);
    }
    if (event.type === 'lock-busy') say(`  ${event.database}: somebody else migrates, waiting`);
  };
  const report = await fleetUp(fleet, { environment: LOCAL_ENVIRONMENT, reporter, signal });
  for (const { name, changed } of report.databases) applied.set(name, changed.length);
  if (report.exitCode === 0) return applied;
  const reasons = report.databases.flatMap(({ name, problem }) =>
    problem === null ? [] : [`${name}: ${problem.code} ${problem.message}`],
  );
  throw new MigrationStopped(
    `${reasons.join('\n')}\nmend that, then  npm start  goes on from there`,
  );
}
