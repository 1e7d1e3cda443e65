import type { Hazard, Level } from './rules/rule.js';
import type { RuleId } from './rules/rule-list.js';

/** One thing that a statement would do, why that hurts, and the safe way to write it. */
export interface Finding {
  rule: RuleId;
  hazard: Hazard;
  level: Level;
  file: string;
  /** 1-based line of the statement, or of the part of it that is meant. */
  line: number;
  message: string;
  fix: string;
}

/** A finding with what only this program needs to know of it. */
export interface RawFinding extends Finding {
  /** Index of the statement in its file; -1 for the file as a whole. */
  statement: number;
  /** The live tables that it is about, as `schema.name`. */
  tables: string[];
  /** The reason that somebody gave for ignoring it; null while it stands. */
  suppressed: string | null;
}

/** The hazards that hurt only as much as a table is large. */
const SIZED: readonly Hazard[] = [
  'blocks-writes',
  'blocks-reads',
  'rewrites-table',
  'scans-table',
  'mixed-ddl-dml',
];

export function growsWithSize({ hazard }: { hazard: Hazard }): boolean {
  return SIZED.includes(hazard);
}
