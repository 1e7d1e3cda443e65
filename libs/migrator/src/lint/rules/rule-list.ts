import { ADVICE_RULES } from './advice-rules.js';
import { ANALYSIS_RULES } from './analysis-rules.js';
import { COLUMN_RULES } from './column-rules.js';
import { CONSTRAINT_RULES } from './constraint-rules.js';
import { INDEX_RULES } from './index-rules.js';
import { OBJECT_RULES } from './object-rules.js';
import type { Rule } from './rule.js';
import { TRANSACTION_RULES } from './transaction-rules.js';

/** Everything that lint knows, by stable id. LINT.md is written from it. */
export const RULES = {
  ...INDEX_RULES,
  ...COLUMN_RULES,
  ...CONSTRAINT_RULES,
  ...OBJECT_RULES,
  ...TRANSACTION_RULES,
  ...ANALYSIS_RULES,
  ...ADVICE_RULES,
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof RULES;

export function isRule(id: string): id is RuleId {
  return Object.hasOwn(RULES, id);
}

export function isAdvice(id: RuleId): boolean {
  return Object.hasOwn(ADVICE_RULES, id);
}
