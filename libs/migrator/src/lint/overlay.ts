import type { RawFinding } from './finding.js';
import { fileFinding, type LintedFile } from './lint-run.js';
import { type RuleId, RULES } from './rules/rule-list.js';
import { isMissingHere, type Trial, type Tried } from './trial.js';
import type { LintStatement } from './parse-file.js';

// What no look at an empty table can tell: it depends on rows, on the session, or on other servers.
const BY_RULE_ALONE: readonly RuleId[] = [
  'add-column-required',
  'change-column-type-timezone',
  'vacuum-full',
  'refused-in-transaction',
  'session-command',
  'unknown-directive',
  'duplicate-number',
  'drop-index-concurrently-form',
  'psql-command',
  'version-syntax',
  'syntax-error',
];
const BLOCKING = ['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'];
const OPAQUE = /^(Do|Select|Call|AlterExtension|CreateExtension|Execute)Stmt$/;

/** Rules and measurement together: where they differ, what was measured counts. */
export function overlaid(files: readonly LintedFile[], trial: Trial, target: number): LintedFile[] {
  const run: Run = { target, refused: [] };
  return files.map((file, index) => {
    const tried = trial.files.get(file.source.file) ?? new Map<number, Tried>();
    const extra =
      index === 0 && trial.baseProblem !== null ? [baseFinding(file, trial.baseProblem)] : [];
    const kept = file.findings.filter((finding) =>
      stillHolds(finding, tried.get(finding.statement)),
    );
    const added = file.statements.flatMap((statement) => {
      const one = tried.get(statement.index);
      return one === undefined ? [] : measured({ file, statement, tried: one, kept, run });
    });
    return { ...file, findings: [...extra, ...kept, ...added] };
  });
}

function baseFinding({ source }: LintedFile, problem: string): RawFinding {
  return fileFinding(source, 'base-not-replayed', {
    line: 1,
    message: `The applied files could not be replayed on the shadow, so nothing was measured: ${problem}.`,
    fix: 'Mend or complete the folder; until then the rules alone judge, and what they do not know counts as live.',
  });
}

/** A prediction that the server did not confirm is no finding. */
function stillHolds(finding: RawFinding, tried: Tried | undefined): boolean {
  if (tried === undefined || BY_RULE_ALONE.includes(finding.rule)) return true;
  const { standing, error } = tried;
  if (finding.rule === 'unknown-table') return finding.tables.every((name) => !standing.has(name));
  // Made by this run in a way that the rules could not read: nobody uses it.
  const isNew = (name: string): boolean => standing.get(name) === false;
  if (finding.tables.length > 0 && finding.tables.every(isNew)) return false;
  if (error !== null) return true;
  if (finding.hazard === 'rewrites-table') return tried.rewrites.length > 0;
  if (finding.hazard === 'scans-table') return tried.scans.length > 0 || tried.rewrites.length > 0;
  return finding.hazard !== 'fails-on-server';
}

interface Measured {
  file: LintedFile;
  statement: LintStatement;
  tried: Tried;
  kept: readonly RawFinding[];
  run: Run;
}

interface Run {
  target: number;
  /** The statements that the server refused: what they would have made is not there for the next ones. */
  refused: string[];
}

// undefined_table, _column, _object, _function, _schema.
const UNDEFINED = ['42P01', '42703', '42704', '42883', '3F000'];

function measured(at: Measured): RawFinding[] {
  const { file, statement, tried, run } = at;
  if (tried.error !== null) return refusal(at, tried.error);
  const known = at.kept.filter((one) => one.statement === statement.index && one.level === 'error');
  const has = (...hazards: string[]): boolean =>
    known.some(({ hazard }) => hazards.includes(hazard));
  const found: RawFinding[] = [];
  const report = (rule: RuleId, table: string, message: string, fix: string): void => {
    const { hazard, level } = RULES[rule];
    const { file: name } = file.source;
    const where = { file: name, line: statement.line, statement: statement.index };
    found.push({ rule, hazard, level, ...where, message, fix, tables: [table], suppressed: null });
  };
  const strong = (table: string): string | undefined =>
    tried.locks.find(({ relation, mode }) => relation === table && BLOCKING.includes(mode))?.mode;
  for (const table of tried.rewrites) {
    if (has('rewrites-table', 'loses-data', 'blocks-reads', 'breaks-running-app')) continue;
    report(
      'measured-rewrite',
      table,
      `On PostgreSQL ${run.target} this statement wrote ${table} anew: no reads, no writes while it does.`,
      'Make the change in a new column or table, copy in batches, and switch over.',
    );
  }
  for (const table of tried.scans) {
    const mode = strong(table);
    if (mode === undefined || tried.rewrites.includes(table)) continue;
    // REFRESH CONCURRENTLY reads the old rows and lets others do so.
    if (statement.kind === 'RefreshMatViewStmt') continue;
    if (has('scans-table', 'rewrites-table', 'blocks-writes', 'blocks-reads', 'fails-on-server')) {
      continue;
    }
    report(
      'measured-scan',
      table,
      `On PostgreSQL ${run.target} this statement read ${table} from end to end while it held ${mode} on it.`,
      'Look for a form that proves or builds it beforehand (NOT VALID, CONCURRENTLY, USING INDEX).',
    );
  }
  if (OPAQUE.test(statement.kind)) opaqueLocks(at, report);
  return found;
}

type Report = (rule: RuleId, table: string, message: string, fix: string) => void;

/** What a statement took that says nothing of it by itself. */
function opaqueLocks({ tried, kept, statement }: Measured, report: Report): void {
  const known = new Set(
    kept.filter((one) => one.statement === statement.index).flatMap(({ tables }) => tables),
  );
  for (const { relation, mode } of tried.locks) {
    if (!BLOCKING.includes(mode) || known.has(relation) || !tried.standing.has(relation)) continue;
    known.add(relation);
    report(
      'measured-lock',
      relation,
      `What it runs takes ${mode} on ${relation} until the transaction ends.`,
      'Write the statement out, so that it can be judged.',
    );
  }
}

function refusal(
  { file, statement, kept, run }: Measured,
  error: NonNullable<Tried['error']>,
): RawFinding[] {
  const { sqlstate, message } = error;
  // Rows and values decide about those, and a shadow has none.
  if (/^2[23]/.test(sqlstate) || isMissingHere(error)) return [];
  const mine = kept.filter((one) => one.statement === statement.index && one.level === 'error');
  const foreseen = mine.some(({ hazard }) =>
    ['fails-on-server', 'not-transactional'].includes(hazard),
  );
  const follows = UNDEFINED.includes(sqlstate) && isOf(run.refused, message);
  run.refused.push(statement.sql);
  if (foreseen || follows) return [];
  const { hazard } = RULES['server-error'];
  // An extension that somebody made by hand may bring it along.
  const foreign = sqlstate === '42883' || (sqlstate === '42704' && message.startsWith('type '));
  return [
    {
      rule: 'server-error',
      hazard,
      level: foreign ? 'warning' : 'error',
      file: file.source.file,
      line: statement.line,
      message: `PostgreSQL ${run.target} refuses it: ${message} (${sqlstate}).`,
      fix: 'Mend the statement; it was run after everything before it in this folder.',
      statement: statement.index,
      tables: [],
      suppressed: null,
    },
  ];
}

/** Whether what is missing, the first name in the message, is spoken of in a statement that was refused. */
function isOf(refused: readonly string[], message: string): boolean {
  const name = /"([^"]+)"/.exec(message)?.[1]?.split('.').at(-1);
  return refused.some((sql) => name === undefined || sql.includes(name));
}
