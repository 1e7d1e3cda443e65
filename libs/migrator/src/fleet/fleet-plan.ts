import type { Comparison } from '../history/compare.js';
import { MigrationRefused } from '../refused.js';
import type { Step } from '../run/apply.js';
import type { Direction } from '../run/events.js';
import { compareNumbers, type Migration } from '../sources/migration.js';
import type { Planner } from './run-database.js';

/** Everything that is pending, oldest first. */
export const upPlan: Planner = ({ comparison }) =>
  comparison.pending.map((migration) => stepOf(migration, 'up', comparison));

export function stepOf(
  migration: Migration,
  direction: Direction,
  { unfinished }: Comparison,
): Step {
  const begun = unfinished?.migration === migration ? unfinished.direction : null;
  return { migration, direction, unfinished: begun };
}

/**
 * The newest `steps` migrations, or everything newer than `to`, newest first.
 *
 * @throws {MigrationRefused} UNKNOWN_VERSION
 */
export function downPlan({ steps = 1, to }: { steps?: number; to?: string }): Planner {
  return ({ comparison, database }) => {
    const begun = comparison.unfinished === null ? [] : [comparison.unfinished.migration];
    const newestFirst = [...comparison.applied, ...begun].reverse();
    if (to !== undefined && !comparison.applied.some(({ number }) => number === to)) {
      const message = `${database.name}: ${to} is not applied here, so nothing can go back to it`;
      throw new MigrationRefused('UNKNOWN_VERSION', message);
    }
    const undone =
      to === undefined
        ? newestFirst.slice(0, steps)
        : newestFirst.filter(({ number }) => compareNumbers(number, to) > 0);
    return undone.map((migration) => stepOf(migration, 'down', comparison));
  };
}
