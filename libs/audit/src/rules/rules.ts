import { judgeVariables } from './env-rules.js';
import type { Judge } from './judge.js';

/** Every group of rules. */
export const JUDGES: readonly Judge[] = [judgeVariables];
