import { ADVICE_RULES } from './advice-rules.js';
import { ANALYSIS_RULES } from './analysis-rules.js';
import { COLUMN_RULES } from './column-rules.js';
import { CONSTRAINT_RULES } from './constraint-rules.js';
import { INDEX_RULES } from './index-rules.js';
import { OBJECT_RULES } from './object-rules.js';
import type { Rule } from './rule.js';
import { TRANSACTION_RULES } from './transaction-rules.js';

const SECTIONS: [title: string, rules: Record<string, Rule>][] = [
  ['Indexes', INDEX_RULES],
  ['Columns', COLUMN_RULES],
  ['Constraints', CONSTRAINT_RULES],
  ['Tables and other objects', OBJECT_RULES],
  ['Transactions and rows', TRANSACTION_RULES],
  ['What cannot be read, and what was measured', ANALYSIS_RULES],
  ['Style, with `--advice`', ADVICE_RULES],
];

/** The tables of LINT.md. */
export function ruleTable(): string {
  return SECTIONS.map(([title, rules]) => {
    const rows = Object.entries(rules).map(
      ([id, { level, hazard, finds }]) => `| \`${id}\` | ${level} | ${hazard} | ${finds} |`,
    );
    return [`### ${title}`, '', '| Rule | Level | Hazard | Finds |', '|-|-|-|-|', ...rows].join(
      '\n',
    );
  }).join('\n\n');
}
