import type { LockHolder } from './advisory-lock.js';

export interface MigrationRef {
  number: string;
  name: string;
}

/** What happens during a run, told while it happens. */
export type FleetEvent =
  | { type: 'checking'; database: string; target: string }
  | { type: 'lock-busy'; database: string; holder: LockHolder }
  | { type: 'migration-started'; database: string; migration: MigrationRef; direction: Direction }
  | {
      type: 'migration-applied';
      database: string;
      migration: MigrationRef;
      direction: Direction;
      durationMs: number;
      /** What an earlier run had left; null when there was nothing to recover. */
      recovered: string | null;
    }
  | {
      type: 'migration-blocked';
      database: string;
      migration: MigrationRef;
      sqlstate: string;
      blockers: LockHolder[];
      retryInMs: number;
    }
  | { type: 'migration-failed'; database: string; migration: MigrationRef; reason: string }
  | { type: 'backing-up'; database: string }
  | { type: 'backed-up'; database: string; reference: string; durationMs: number }
  /** The run failed, and what it changed here is returned to where it was. */
  | { type: 'rolling-back'; database: string; migrations: number }
  | { type: 'database-done'; database: string; changed: number };

export type Direction = 'up' | 'down';

/** Gets every event; must not throw. */
export type Reporter = (event: FleetEvent) => void;
