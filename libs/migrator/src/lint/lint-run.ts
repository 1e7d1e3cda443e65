import type { RawFinding } from './finding.js';
import { statementsOfDo } from './judge/code.js';
import { judgeStatement } from './judge/judge-statement.js';
import { Judgement } from './judge/judgement.js';
import { isCommit } from './judge/session.js';
import { TransactionState } from './judge/transaction-state.js';
import { type LintStatement, loadParser, parseFile, type ParsedFile } from './parse-file.js';
import type { LintSource } from './read-folder.js';
import { type RuleId, RULES } from './rules/rule-list.js';
import { applyStatement } from './schema/apply-statement.js';
import { Schema } from './schema/schema.js';

export interface RuleOptions {
  /** Major version of the server that the files are meant for. */
  target: number;
  /** Style as well. */
  advice?: boolean | undefined;
}

/** One judged file: what its statements are, and what was found. */
export interface LintedFile {
  source: LintSource;
  statements: LintStatement[];
  findings: RawFinding[];
}

type Parser = typeof import('libpg-query');

/**
 * Judges files by rule, in order, as one deployment: what `base` makes is live and populated, what the
 * judged files make is nobody's yet. Needs no database. What is suppressed stands as everything else.
 */
export async function lintByRule(
  base: readonly LintSource[],
  judged: readonly LintSource[],
  options: RuleOptions,
): Promise<LintedFile[]> {
  const parser = await loadParser();
  const schema = new Schema();
  const faulty = base.flatMap((source) => learn(schema, source, parser));
  const unknown = new Set<string>();
  const files = judged.map((source) => judgeFile(source, { schema, parser, options, unknown }));
  const [first] = files;
  if (first !== undefined) first.findings.unshift(...faulty.map((text) => baseFault(first, text)));
  return files;
}

/** What an applied file leaves behind; what of it could not be read. */
function learn(schema: Schema, source: LintSource, parser: Parser): string[] {
  const { statements, faults } = parseFile(source.sql, parser);
  schema.searchPath = ['public'];
  for (const statement of statements) applyStatement(schema, statement, false);
  const read = faults.filter(({ rule }) => rule === 'syntax-error');
  return [
    ...read.map(({ line, text }) => `${source.file}:${line}: ${text}`),
    ...source.faults.flatMap(({ rule, text }) => (rule === 'class-not-rehearsed' ? [text] : [])),
  ];
}

interface Run {
  schema: Schema;
  parser: Parser;
  options: RuleOptions;
  unknown: Set<string>;
}

function judgeFile(source: LintSource, run: Run): LintedFile {
  const parsed = parseFile(source.sql, run.parser);
  const { statements } = parsed;
  run.schema.searchPath = ['public'];
  const findings = ofTheFile(source, parsed);
  let transaction = new TransactionState(source.transactional, run.unknown);
  statements.forEach((statement, index) => {
    const later = statements.slice(index + 1);
    const found = judgeOne(statement, { ...run, source, transaction, later });
    findings.push(...found);
    if (isCommit(statement)) transaction = new TransactionState(source.transactional, run.unknown);
  });
  return { source, statements, findings };
}

function judgeOne(
  statement: LintStatement,
  at: Run & { source: LintSource; transaction: TransactionState; later: LintStatement[] },
): RawFinding[] {
  const { schema, transaction, later, options, source } = at;
  const { target, advice = false } = options;
  const { file } = source;
  const judgement = new Judgement({ file, schema, transaction, target, later, statement });
  if (statement.kind === 'DoStmt') {
    const inside = statementsOfDo(judgement, statement.node, at.parser);
    return [...judgement.findings, ...inside.flatMap((one) => judgeOne(one, at))];
  }
  judgeStatement(judgement, { advice });
  // ALTER TABLE is applied command by command while it is judged.
  if (statement.kind !== 'AlterTableStmt') applyStatement(schema, statement, true);
  return judgement.findings;
}

function ofTheFile(source: LintSource, { statements, faults }: ParsedFile): RawFinding[] {
  const found = faults.map(({ rule, line, text }) =>
    fileFinding(source, rule, {
      line,
      message:
        rule === 'syntax-error'
          ? `PostgreSQL's grammar refuses it: ${text}.`
          : `${text} is a command of psql, not of the server.`,
      fix: rule === 'syntax-error' ? 'Mend the statement.' : 'Write it as SQL, or leave it out.',
    }),
  );
  for (const { rule, text } of source.faults) found.push(sourceFault(source, rule, text));
  const [, second] = statements;
  if (!source.transactional && second !== undefined) {
    found.push(
      fileFinding(source, 'not-one-statement', {
        line: second.line,
        message: `transaction=none takes exactly one statement, here are ${statements.length}: between two of them a crash leaves half a version.`,
        fix: 'One file for each statement.',
      }),
    );
  }
  // A class that sends nothing is meant so.
  const isClass = source.file.endsWith('.ts');
  if (statements.length === 0 && found.length === 0 && !isClass) {
    const message = 'The file holds no statement: it is not written yet.';
    found.push(
      fileFinding(source, 'empty-file', {
        line: 1,
        message,
        fix: 'SELECT 1; says that nothing is to be done.',
      }),
    );
  }
  return found;
}

function sourceFault(
  source: LintSource,
  rule: LintSource['faults'][number]['rule'],
  text: string,
): RawFinding {
  const said = {
    'unknown-directive': [
      `"${text}" is no directive of the engine, which refuses the file.`,
      'Known are transaction=none, lock_timeout=10s, statement_timeout=1min and ignore RULE reason="…".',
    ],
    'duplicate-number': [
      `${text}: which comes first is nobody's decision.`,
      'Renumber the one not applied yet.',
    ],
    'class-not-rehearsed': [
      text,
      'Send everything with queryRunner.query(sql), without asking for answers; or ignore this rule with a reason.',
    ],
  }[rule];
  return fileFinding(source, rule, { line: 1, message: said[0] ?? text, fix: said[1] ?? '' });
}

function baseFault({ source }: LintedFile, text: string): RawFinding {
  return fileFinding(source, 'base-not-replayed', {
    line: 1,
    message: `An applied file could not be read, so what it made is not known: ${text}.`,
    fix: 'What follows is judged as if its tables were live.',
  });
}

export function fileFinding(
  { file }: LintSource,
  rule: RuleId,
  said: { line: number; message: string; fix: string },
): RawFinding {
  const { hazard, level } = RULES[rule];
  return { rule, hazard, level, file, ...said, statement: -1, tables: [], suppressed: null };
}
