import { ConfigInvalid } from '@fusion-prime/kernel/environment';
import { MigrationRefused } from '../refused.js';
import type { Problem } from './reports.js';

/** Any error as a report's problem; what is not a refusal is a bug and says so. */
export function problemOf(error: unknown): Problem {
  if (error instanceof MigrationRefused) {
    const { code, exitCode, message } = error;
    return { code, exitCode, message };
  }
  if (error instanceof ConfigInvalid) {
    return { code: 'FLEET_URL_INVALID', exitCode: 2, message: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', exitCode: 1, message };
}

/** The exit code of several problems: the first one decides, nothing wrong is 0. */
export function exitCodeOf(problems: readonly (Problem | null)[]): number {
  return problems.find((problem) => problem !== null)?.exitCode ?? 0;
}
