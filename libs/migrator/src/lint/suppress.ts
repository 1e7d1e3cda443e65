import type { RawFinding } from './finding.js';
import type { LintedFile } from './lint-run.js';
import type { LintStatement } from './parse-file.js';
import { isRule, type RuleId } from './rules/rule-list.js';

const IGNORE = /^\s*--\s*migrate:\s*ignore\b(.*)$/;
const FORM = /^\s*([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s+reason\s*=\s*"([^"]*)"\s*$/;
const NEVER: readonly RuleId[] = ['ignore-invalid', 'ignore-unused'];

interface Ignore {
  line: number;
  rules: RuleId[];
  reason: string;
  /** Index of the statement it stands before; null for the whole file. */
  statement: number | null;
  used: boolean;
}

/**
 * `-- migrate: ignore RULE[, RULE] reason="…"` before a statement, or, set off by an empty line, in the
 * comment that opens the file, for all of it. Without a known rule and a reason it suppresses nothing.
 *
 * @returns the findings, those that are suppressed with their reason, and what is wrong with the comments
 */
export function suppressed({ source, statements, findings }: LintedFile): RawFinding[] {
  const { file, sql } = source;
  if (!/--\s*migrate:\s*ignore\b/.test(sql)) return [...findings];
  const ignores: Ignore[] = [];
  const wrong: RawFinding[] = [];
  const lines = sql.split('\n');
  lines.forEach((text, index) => {
    const said = IGNORE.exec(text)?.[1];
    if (said === undefined) return;
    const line = index + 1;
    const ignore = readIgnore(said);
    if (typeof ignore === 'string') wrong.push(invalid(file, line, ignore));
    else
      ignores.push({ ...ignore, line, statement: meant(line, { lines, statements }), used: false });
  });
  const marked = findings.map((finding) => mark(finding, ignores));
  const unused = ignores.filter(({ used }) => !used).map((ignore) => unusedOf(file, ignore));
  return [...marked, ...wrong, ...unused];
}

function readIgnore(said: string): Pick<Ignore, 'rules' | 'reason'> | string {
  const [, list, reason] = FORM.exec(said) ?? [];
  if (list === undefined || reason === undefined) {
    return 'the form is  -- migrate: ignore RULE-ID reason="why"';
  }
  if (reason.trim() === '') return 'the reason is empty';
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !isRule(name));
  return unknown === undefined
    ? { rules: names.filter(isRule), reason: reason.trim() }
    : `there is no rule ${unknown}`;
}

/** The statement that the comment stands in or before; null when it stands in the file's header. */
function meant(
  line: number,
  { lines, statements }: { lines: readonly string[]; statements: readonly LintStatement[] },
): number | null {
  const next = statements.find(({ line: at, sql }) => at + sql.split('\n').length - 1 >= line);
  const first = statements[0];
  if (next === undefined || first === undefined) return null;
  const inHeader = next === first && line < first.line;
  const gap = lines.slice(line, first.line - 1).some((text) => text.trim() === '');
  return inHeader && gap ? null : next.index;
}

function mark(finding: RawFinding, ignores: Ignore[]): RawFinding {
  if (NEVER.includes(finding.rule)) return finding;
  const found = ignores.find(
    ({ rules, statement }) =>
      rules.includes(finding.rule) && (statement === null || statement === finding.statement),
  );
  if (found === undefined) return finding;
  found.used = true;
  return { ...finding, suppressed: found.reason };
}

const about = { statement: -1, tables: [], suppressed: null };

function invalid(file: string, line: number, what: string): RawFinding {
  return {
    ...about,
    rule: 'ignore-invalid',
    hazard: 'not-analysable',
    level: 'error',
    file,
    line,
    message: `This suppresses nothing: ${what}.`,
    fix: '-- migrate: ignore RULE-ID reason="why it is safe here"   (LINT.md lists the rules)',
  };
}

function unusedOf(file: string, { line, rules }: Ignore): RawFinding {
  return {
    ...about,
    rule: 'ignore-unused',
    hazard: 'no-effect',
    level: 'info',
    file,
    line,
    message: `Nothing is found here that ${rules.join(', ')} would say.`,
    fix: 'Take the comment out.',
  };
}
