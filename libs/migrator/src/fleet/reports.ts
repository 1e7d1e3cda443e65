import type { AppliedMigration } from '../run/apply.js';
import type { MigrationRef } from '../run/events.js';
import type { RefusalCode } from '../refused.js';

/** A refusal, as reports carry it. */
export interface Problem {
  code: RefusalCode | 'INTERNAL';
  exitCode: number;
  message: string;
}

/** One database after `up` or `down`. */
export interface DatabaseRun {
  name: string;
  /** Where it is; never a password. */
  target: string;
  /** `rolled-back`: it was done, and then returned to where it was because another failed. */
  outcome: 'done' | 'failed' | 'untouched' | 'rolled-back';
  /** What this run changed, in order. */
  changed: AppliedMigration[];
  problem: Problem | null;
  /** What of it was undone again, newest first. */
  undone: AppliedMigration[];
  /** Why the way back came to no end: then part of `changed` still stands. */
  undoProblem: Problem | null;
}

/** The result of `up` or `down` over a fleet. */
export interface FleetRunReport {
  command: 'up' | 'down';
  runId: string;
  startedAt: string;
  durationMs: number;
  exitCode: number;
  databases: DatabaseRun[];
  done: string[];
  failed: string[];
  untouched: string[];
  /** Those whose changes were all undone, because of --rollback-on-failure. */
  rolledBack: string[];
  /** Services that the fleet lists and that have none. */
  withoutDatabase: string[];
  /** The command to go on with; null when there is nothing left to do. */
  next: string | null;
}

export interface DatabaseStatus {
  name: string;
  target: string;
  state: 'current' | 'pending' | 'refused';
  /** The newest that is applied. */
  current: MigrationRef | null;
  applied: number;
  total: number;
  pending: MigrationRef[];
  environment: string | null;
  problem: Problem | null;
}

export interface FleetStatusReport {
  command: 'status';
  exitCode: number;
  withoutDatabase: string[];
  databases: DatabaseStatus[];
}

export interface HistoryEntry extends MigrationRef {
  seq: number;
  runId: string;
  origin: string;
  direction: string;
  status: string;
  sha256: string;
  startedAt: string;
  finishedAt: string | null;
  durationMs: number | null;
  retries: number | null;
  databaseUser: string;
  osUser: string | null;
  host: string | null;
  gitSha: string | null;
  toolVersion: string;
  sqlstate: string | null;
  /** What went wrong; after `applied`, what an earlier run had left. */
  error: string | null;
  /** Of the backup that was made before. */
  backupReference: string | null;
  /** Applied after an earlier run had come to no end. */
  recovered: boolean;
}

export interface DatabaseHistory {
  name: string;
  target: string;
  entries: HistoryEntry[];
  problem: Problem | null;
}

export interface FleetHistoryReport {
  command: 'history';
  exitCode: number;
  databases: DatabaseHistory[];
}
