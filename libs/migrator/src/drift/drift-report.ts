import type { Difference } from '../catalogue/compare-catalogues.js';
import type { MigrationRef } from '../run/events.js';
import type { Problem } from '../fleet/reports.js';
import type { Tolerated } from './tolerances.js';

/** One database against what its migrations make. */
export interface DatabaseDrift {
  name: string;
  target: string;
  /** `unknown`: the history says nothing that can be compared (fast only). */
  state: 'same' | 'drifted' | 'unknown' | 'refused';
  /** The newest migration that is applied. */
  current: MigrationRef | null;
  /** As the history keeps it. */
  fingerprint: string | null;
  /** Empty with `--fast`, which names nothing. */
  differences: Difference[];
  /** What may differ because the database was adopted. */
  tolerated: Tolerated[];
  problem: Problem | null;
}

export interface FleetDriftReport {
  command: 'drift';
  exitCode: number;
  fast: boolean;
  databases: DatabaseDrift[];
}
