import { type AppliedMigration, applyMigration, type Step } from '../run/apply.js';
import type { ApplyRules } from '../run/rules.js';
import { grabLock } from '../run/advisory-lock.js';
import type { Surveyed } from './preflight.js';
import { underProof } from './under-proof.js';
import { problemOf } from './problem.js';
import type { LockedDatabase } from '../run/record.js';
import type { Problem } from './reports.js';
import { demandResumable } from '../run/resume.js';
import { cancelBackend, closeSession, openSession } from '../run/session.js';
import type { Sessions } from './sessions.js';

/** What to do with a database, decided from what it says at that moment. */
export type Planner = (surveyed: Surveyed) => Step[];

export interface RunRules {
  apply: ApplyRules;
  environment: string | undefined;
  plan: Planner;
  /** Where the backup of a database is, by its name. */
  backups?: ReadonlyMap<string, string>;
  /** Those that the preflight left open. */
  sessions: Sessions;
}

export interface RunResult {
  changed: AppliedMigration[];
  problem: Problem | null;
}

/** Brings one database to where the plan wants it. Never throws: what went wrong is in the result. */
export async function runDatabase(surveyed: Surveyed, rules: RunRules): Promise<RunResult> {
  const changed: AppliedMigration[] = [];
  const name = surveyed.database.name;
  try {
    if (rules.plan(surveyed).length > 0) await underLock(surveyed, rules, changed);
    rules.apply.emit({ type: 'database-done', database: name, changed: changed.length });
    return { changed, problem: null };
  } catch (error) {
    return { changed, problem: problemOf(error) };
  }
}

async function underLock(
  surveyed: Surveyed,
  rules: RunRules,
  changed: AppliedMigration[],
): Promise<void> {
  const { database, target } = surveyed;
  const { signal, emit } = rules.apply;
  const { name } = database;
  const client = (await rules.sessions.take(name)) ?? (await openSession(target, name));
  const { processID: pid } = client as typeof client & { processID: number };
  const cancel = (): void => void cancelBackend(target, pid);
  signal?.addEventListener('abort', cancel);
  try {
    const lock = await grabLock(client, {
      database: name,
      target,
      waitMs: rules.apply.lockWaitMs,
      signal,
      onHolder: (holder) => emit({ type: 'lock-busy', database: name, holder }),
    });
    const now = await underProof(client, { surveyed, lock, environment: rules.environment });
    const { head } = now.state.history;
    const backupReference = rules.backups?.get(name) ?? null;
    const locked: LockedDatabase = {
      database: name,
      target,
      client,
      pid,
      head,
      lockWaitMs: lock.waitedMs,
      backupReference,
    };
    const steps = rules.plan(now);
    for (const step of steps) {
      if (step.unfinished !== null) await demandResumable(name, step);
      const last = step === steps.at(-1);
      changed.push(await applyMigration(locked, { ...step, last }, rules.apply));
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    await closeSession(client);
  }
}
