import type { Reporter } from './events.js';
import type { RunIdentity } from './record.js';
import type { SessionRules } from './session.js';

/** What holds for every migration of a run. */
export interface ApplyRules {
  run: RunIdentity;
  session: SessionRules;
  /** How long one migration may go on being retried. */
  retryBudgetMs: number;
  /** How long somebody else at work on the same thing is waited for. */
  lockWaitMs: number;
  signal: AbortSignal | undefined;
  emit: Reporter;
}
