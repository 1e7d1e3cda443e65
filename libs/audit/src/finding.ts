import type { Place } from './model.js';
import { redacted } from './redact.js';
import { type Level, RULES, type RuleId } from './rules/rule-table.js';

/** One thing that is wrong with how something is wired. */
export interface Finding {
  readonly rule: RuleId;
  readonly level: Level;
  readonly place: Place;
  /** What is wrong, of which service; never a secret. */
  readonly message: string;
  /** What to do. */
  readonly mend: string;
  /** The reason that somebody gave for ignoring it; null while it stands. */
  readonly suppressed: string | null;
}

/** A finding of a rule; what it does not say of mending is the rule's own advice. */
export function finding(rule: RuleId, place: Place, message: string, mend?: string): Finding {
  const { level, mend: advice } = RULES[rule];
  return {
    rule,
    level,
    place,
    message: redacted(message),
    mend: redacted(mend ?? advice),
    suppressed: null,
  };
}
