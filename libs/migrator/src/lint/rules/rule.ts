/** What a statement would do to somebody. */
export type Hazard =
  | 'blocks-writes'
  | 'blocks-reads'
  | 'rewrites-table'
  | 'scans-table'
  | 'breaks-running-app'
  | 'loses-data'
  | 'fails-on-server'
  | 'not-transactional'
  | 'invalid-index'
  | 'mixed-ddl-dml'
  | 'not-analysable'
  | 'unsafe-timeout'
  | 'no-effect'
  | 'weak-type'
  | 'naming';

/** `error` would hurt production, `warning` should be looked at, `info` is advice. */
export type Level = 'error' | 'warning' | 'info';

export interface Rule {
  hazard: Hazard;
  level: Level;
  /** What it finds, in one line. */
  finds: string;
}

/** Keeps the ids of a list as literal types. */
export function ruleList<Id extends string>(rules: Record<Id, Rule>): Record<Id, Rule> {
  return rules;
}

/** One row of a rule list. */
export function rule(hazard: Hazard, level: Level, finds: string): Rule {
  return { hazard, level, finds };
}
