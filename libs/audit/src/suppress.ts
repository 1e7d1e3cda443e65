import { type Finding, finding } from './finding.js';
import { isRule, type RuleId } from './rules/rule-table.js';
import type { AuditedFile } from './files.js';
import { SourceFile } from './text/source-file.js';

const MARK = '# fp-audit:';
const FORM =
  /^ignore\s+(FP-[A-Z]+-\d{3}(?:\s*,\s*FP-[A-Z]+-\d{3})*)\s+reason="([^"]*)"\s+until=(\d{4}-\d{2}-\d{2})\s*$/;
// What is wrong with suppressions cannot be suppressed.
const NEVER: RuleId = 'FP-GEN-009';

interface Ignore {
  readonly rules: readonly string[];
  readonly reason: string;
  readonly line: number;
  /** Counts for this line: its own, or the next one when nothing else stands on it. */
  readonly meant: number;
}

/**
 * Marks the findings that somebody put up with: `# fp-audit: ignore RULE reason="why" until=2027-01-31` on the
 * line, or on a line of its own above. Without a reason, without a date, or after it, the comment suppresses
 * nothing and is a finding itself.
 */
export function suppressed(
  findings: readonly Finding[],
  files: readonly AuditedFile[],
  today: string,
): Finding[] {
  const wrong: Finding[] = [];
  const ignores = new Map<string, Ignore[]>();
  for (const file of files.filter(({ text }) => text.includes(MARK))) {
    ignores.set(file.path, readIgnores(file, today, wrong));
  }
  const marked = findings.map((one) => {
    const own = ignores.get(one.place.file) ?? [];
    const found = own.find(
      ({ rules, meant }) => meant === one.place.line && rules.includes(one.rule),
    );
    return found === undefined || one.rule === NEVER ? one : { ...one, suppressed: found.reason };
  });
  return [...marked, ...wrong];
}

function readIgnores(file: AuditedFile, today: string, wrong: Finding[]): Ignore[] {
  const source = new SourceFile(file.path, file.text);
  const ignores: Ignore[] = [];
  for (let line = 1; line <= source.lines; line += 1) {
    const text = source.line(line);
    const at = text.indexOf(MARK);
    if (at < 0) continue;
    const said = text.slice(at + MARK.length).trim();
    const read = readIgnore(said, today);
    const place = { file: file.path, line, column: at + 1 };
    if (typeof read === 'string')
      wrong.push(finding(NEVER, place, `this suppresses nothing: ${read}`));
    else ignores.push({ ...read, line, meant: text.slice(0, at).trim() === '' ? line + 1 : line });
  }
  return stacked(ignores);
}

/** Comments one below the other are all about the line below them. */
function stacked(ignores: readonly Ignore[]): Ignore[] {
  const alone = new Map(
    ignores.filter(({ meant, line }) => meant > line).map((one) => [one.line, one]),
  );
  return ignores.map((one) => {
    let { meant } = one;
    while (alone.has(meant) && meant > one.line) meant += 1;
    return { ...one, meant };
  });
}

/** The thirtieth of February is none. */
function isDay(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function readIgnore(said: string, today: string): Pick<Ignore, 'rules' | 'reason'> | string {
  const [, list, reason, until] = FORM.exec(said) ?? [];
  if (list === undefined || reason === undefined || until === undefined) {
    return 'it has not the form  ignore RULE reason="why" until=YYYY-MM-DD';
  }
  if (reason.trim() === '') return 'the reason is empty';
  if (!isDay(until)) return `${until} is no day`;
  if (until < today) return `it was good until ${until}`;
  const rules = list.split(',').map((rule) => rule.trim());
  const unknown = rules.find((rule) => !isRule(rule));
  return unknown === undefined ? { rules, reason: reason.trim() } : `there is no rule ${unknown}`;
}
