import { label } from '../sources/migration.js';
import { MigrationRefused } from '../refused.js';
import { UNNAMED_ENVIRONMENTS } from '../fleet/inspect.js';
import type { Demand } from '../fleet/fleet-check.js';
import { closeSession, openSession } from '../run/session.js';
import { lostRows } from './lost-rows.js';
import { lossesOfSteps, type PlannedLoss } from './plan-losses.js';

export interface LossRules {
  allowDataLoss: boolean;
  /** Whether a backup is made before anything is changed. */
  backsUp: boolean;
}

/**
 * Refuses a plan that takes rows away, unless that was said; outside development and test a backup is
 * wanted as well. Costs nothing when no statement can lose anything: no database is asked.
 *
 * @throws {MigrationRefused} DATA_LOSS, BACKUP_REQUIRED
 */
export function demandNoLoss({ allowDataLoss, backsUp }: LossRules): Demand {
  return async ({ database: { name }, target, state }, steps) => {
    const harmless = UNNAMED_ENVIRONMENTS.includes(state.identity.environment);
    const needsBackup = !harmless && !backsUp;
    if (allowDataLoss && !needsBackup) return;
    // On the way up a class that nobody can look into is most often one that only adds; where a slip costs
    // nothing it is not asked about.
    const planned = (await lossesOfSteps(steps)).filter(
      ({ step, loss }) => !(harmless && step.direction === 'up' && loss.kind === 'opaque'),
    );
    if (planned.length === 0) return;
    const client = await openSession(target, name);
    try {
      for (const { step, loss } of planned) {
        const lost = await lostRows(client, loss);
        if (lost !== null) refuse(name, { step, lost }, { allowDataLoss, needsBackup });
      }
    } finally {
      await closeSession(client);
    }
  };
}

function refuse(
  database: string,
  { step, lost }: Pick<PlannedLoss, 'step'> & { lost: string },
  { allowDataLoss, needsBackup }: { allowDataLoss: boolean; needsBackup: boolean },
): never {
  const what = `${database}: ${label(step.migration)} (${step.direction}): ${lost}; nothing was changed`;
  const backup = '--backup DIR, or --backup-command CMD';
  if (!allowDataLoss) {
    const also = needsBackup ? ` and ${backup}` : '';
    throw new MigrationRefused(
      'DATA_LOSS',
      `${what}. When that is meant: --allow-data-loss${also}`,
    );
  }
  throw new MigrationRefused('BACKUP_REQUIRED', `${what}. A backup comes first: ${backup}`);
}
