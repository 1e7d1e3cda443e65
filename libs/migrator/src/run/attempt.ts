import type { Direction } from './events.js';
import type { IndexStatement } from './index-statement.js';
import type { Migration, Script } from '../sources/migration.js';
import type { Progress } from './run-script.js';
import type { SessionRules } from './session.js';

/** One try at one migration in one direction. */
export interface Attempt {
  migration: Migration;
  direction: Direction;
  script: Script;
  startedAt: Date;
  retries: number;
  progress: Progress;
  session: SessionRules;
  /** The way of an earlier run that outside a transaction came to no end; null for a fresh start. */
  unfinished: Direction | null;
  /** False when the run goes on with another migration in this database. */
  last?: boolean;
  /** Set once `started` stands in the history: from then on something may be left behind. */
  begun: { index: IndexStatement | null } | null;
  /** What an earlier run had left, once that was seen: goes into the history. */
  recovered: string | null;
}
