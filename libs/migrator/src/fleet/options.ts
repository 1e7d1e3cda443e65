import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { BackupRules } from '../backup/backup-rules.js';
import type { Fleet } from './fleet.js';
import type { ApplyRules } from '../run/rules.js';
import type { Reporter } from '../run/events.js';
import { DEFAULT_RULES } from '../run/session.js';

/** What every fleet command takes. */
export interface FleetOptions {
  only?: readonly string[];
  skip?: readonly string[];
  /** Compared with the identity row when given: `production`, `staging`, … */
  environment?: string | undefined;
  reporter?: Reporter;
}

/** What `up` and `down` take as well. */
export interface FleetRunOptions extends FleetOptions {
  /** Default `stop`: nothing new is begun after a failure. `continue` leaves out only the dependents. */
  onError?: 'stop' | 'continue';
  /** Databases that run side by side; default 1, in turn. */
  parallel?: number;
  /** Goes on without the databases that do not answer; default false, then nothing is changed anywhere. */
  skipUnreachable?: boolean;
  /** How long to wait for another run's lock; default 30 s. */
  lockWaitMs?: number;
  /** Default 3 s: longer would queue the service's queries behind the migration. */
  lockTimeout?: string;
  /** Default 15 min. */
  statementTimeout?: string;
  /** How long one migration is retried for want of a lock; default 60 s. */
  retryBudgetMs?: number;
  /** Aborted by SIGTERM: the statement is cancelled, its migration rolled back. */
  signal?: AbortSignal;
  /** `up` only. When a database fails, or the run is interrupted, all that it changed is undone again. */
  rollbackOnFailure?: boolean;
  /** Made of every database that the run will change, before any is changed. */
  backup?: BackupRules;
  /** Refuses what is not applied, with the same checksums, in this other fleet: staging first. */
  promotedFrom?: Fleet;
  /** Rows may be lost: by DROP, TRUNCATE or DELETE over tables that have some. Default false. */
  allowDataLoss?: boolean;
  /** `up` only. False: what lint finds does not stop the run. Default true. */
  lint?: boolean;
  /** Aborted when even that is to stop. */
  rollbackSignal?: AbortSignal;
  gitSha?: string | undefined;
}

const LOCK_WAIT_MS = 30_000;
const RETRY_BUDGET_MS = 60_000;
const TOOL_VERSION = '0.1.0';

export function applyRules(options: FleetRunOptions): ApplyRules {
  return {
    run: {
      runId: randomUUID(),
      osUser: osUser(),
      host: hostname(),
      gitSha: options.gitSha ?? null,
      toolVersion: TOOL_VERSION,
    },
    session: {
      lockTimeout: options.lockTimeout ?? DEFAULT_RULES.lockTimeout,
      statementTimeout: options.statementTimeout ?? DEFAULT_RULES.statementTimeout,
    },
    retryBudgetMs: options.retryBudgetMs ?? RETRY_BUDGET_MS,
    lockWaitMs: options.lockWaitMs ?? LOCK_WAIT_MS,
    signal: options.signal,
    emit: options.reporter ?? (() => undefined),
  };
}

/** Containers often run under a number that has no name. */
function osUser(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
