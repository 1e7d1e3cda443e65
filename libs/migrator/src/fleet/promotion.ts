import { lastWords } from '../history/history.js';
import { MigrationRefused } from '../refused.js';
import { closeSession, openSession } from '../run/session.js';
import { label } from '../sources/migration.js';
import type { Demand } from './fleet-check.js';
import type { Fleet, FleetDatabase } from './fleet.js';
import { demandIdentity, inspect } from './inspect.js';
import { shownTarget, targetOf } from './preflight.js';

/**
 * Staging first: what this run would apply must be applied, with the same checksum, in the database of the
 * same name of another fleet. Its history is verified as every history is.
 *
 * @throws {MigrationRefused} NOT_PROMOTED, and whatever is wrong with the other database
 */
export function demandPromoted(from: Fleet): Demand {
  return async ({ database: { name } }, steps) => {
    if (steps.length === 0) return;
    const other = from.databases.find((one) => one.name === name);
    if (other === undefined) {
      throw new MigrationRefused('NOT_PROMOTED', `${name} is not in ${from.file}`);
    }
    const applied = await appliedIn(other).catch((error: unknown) => {
      if (!(error instanceof MigrationRefused)) throw error;
      const message = `${from.file}: ${error.message}`;
      throw new MigrationRefused(error.code, message, { cause: error });
    });
    for (const { migration } of steps) {
      const checksum = applied.get(migration.number);
      if (checksum === migration.sha256) continue;
      const how = checksum === undefined ? 'is not applied' : 'was applied with another checksum';
      throw new MigrationRefused(
        'NOT_PROMOTED',
        `${name}: ${label(migration)} ${how} in ${shownTarget(other)}: first  ` +
          `npx fp migrate up --fleet ${from.file}`,
      );
    }
  };
}

/** Number → checksum of what stands applied. */
async function appliedIn(database: FleetDatabase): Promise<Map<string, string>> {
  const { name } = database;
  const client = await openSession(targetOf(database), name);
  const state = await inspect(client, name).finally(() => closeSession(client));
  demandIdentity(state, { name, environment: undefined });
  const standing = lastWords(state.history.rows).filter(
    ({ direction, status }) => direction === 'up' && status === 'applied',
  );
  return new Map(standing.map(({ number, sha256 }) => [number, sha256]));
}
