import type { LintedFileReport } from '../lint/report.js';
import type { PreCheckFinding } from '../precheck/pre-checks.js';
import type { Problem } from '../fleet/reports.js';
import type { MigrationRef } from '../run/events.js';

/** A lock on something that was there before, until the end of its transaction. */
export interface PlannedLock {
  relation: string;
  /** As PostgreSQL's documentation names it: `ACCESS EXCLUSIVE`. */
  mode: string;
}

export interface PlannedStatement {
  sql: string;
  /** 1-based, in the file; of a class, 1. */
  line: number;
  locks: PlannedLock[];
  /** Tables of which every row is written anew. */
  rewrites: string[];
  /** Tables that are read from end to end. */
  scans: string[];
  /** Seen on a shadow; otherwise the locks are what the grammar tells, and nothing else is known. */
  measured: boolean;
  /** From the size of the live tables: an order of magnitude. Null when nothing is known. */
  estimateMs: number | null;
}

export interface PlannedMigration extends MigrationRef {
  origin: 'typeorm' | 'sql';
  transaction: boolean;
  /** Null for a class whose queries are not known without a shadow. */
  statements: PlannedStatement[] | null;
}

export interface DatabasePlan {
  name: string;
  target: string;
  migrations: PlannedMigration[];
  /** What lint says of them by rule; files without a finding are left out. */
  lint: LintedFileReport[];
  /** Rows that they will trip over; empty when they were not looked for. */
  checks: PreCheckFinding[];
  problem: Problem | null;
}

export interface FleetPlanReport {
  command: 'plan';
  exitCode: number;
  /** Whether a shadow was used. */
  measured: boolean;
  databases: DatabasePlan[];
}
