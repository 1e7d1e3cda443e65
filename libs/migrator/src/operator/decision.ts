import type { HashedRow, HistoryRow } from '../history/history-row.js';
import { MigrationRefused } from '../refused.js';

/** Where a migration stands, as a person found it: not whether its last statement succeeded. */
export type Standing = 'applied' | 'not-applied';

/** The start that came to no end, and the row that ends it. */
export interface Ending {
  started: HashedRow;
  direction: HistoryRow['direction'];
  status: 'applied' | 'failed';
}

/**
 * Which single row makes the history say what the person saw?
 *
 *   start    found        the word before   row
 *   up       applied      any               up applied
 *   up       not-applied  none, or down     up failed      (what failed is undone: the word before counts)
 *   up       not-applied  up                down applied   (a way back had begun before, and got there)
 *   down     not-applied  any               down applied
 *   down     applied      up                down failed
 *   down     applied      none, or down     up applied     (the way up had begun before, and got there)
 *
 * @throws {MigrationRefused} NOT_UNFINISHED when the number's last word is not `started`
 */
export function endingOf(rows: readonly HashedRow[], number: string, as: Standing): Ending {
  const words = rows.filter((row) => row.number === number);
  const started = words.at(-1);
  if (started?.status !== 'started') refuseFinished(number, started);
  const meant = as === 'applied' ? 'up' : 'down';
  if (started.direction === meant) return { started, direction: meant, status: 'applied' };
  const before = words.filter(({ status }) => status === 'applied').at(-1)?.direction ?? 'down';
  return before === meant
    ? { started, direction: started.direction, status: 'failed' }
    : { started, direction: meant, status: 'applied' };
}

function refuseFinished(number: string, last: HashedRow | undefined): never {
  const word =
    last === undefined
      ? `has no word about ${number}`
      : `ends with \`${last.direction} ${last.status}\` about ${number} ${last.name}`;
  throw new MigrationRefused(
    'NOT_UNFINISHED',
    `the history ${word}; only a start without an end can be repaired. Nothing was changed`,
  );
}
