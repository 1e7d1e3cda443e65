import type { CallStmt, DefElem, DoStmt, FuncCall, Node, SelectStmt } from 'libpg-query';
import { type LintStatement, parseFile } from '../parse-file.js';
import { inner, nodesIn, strings, tagged } from '../tree.js';
import type { Judgement } from './judgement.js';

type Parser = typeof import('libpg-query');

// Called for what they set, and they touch no table.
const HARMLESS = new Set(
  `setval nextval currval set_config pg_notify pg_sleep pg_advisory_xact_lock pg_try_advisory_xact_lock
   now version current_setting pg_is_in_recovery txid_current pg_current_xact_id setseed
   pg_stat_reset pg_reload_conf`.split(/\s+/),
);

/** SELECT or CALL of something that can do anything. */
export function judgeCalls(at: Judgement, node: SelectStmt | CallStmt): void {
  const call = at.statement.kind === 'CallStmt';
  const from = (node as SelectStmt).fromClause ?? [];
  const own = call ? [['FuncCall', (node as CallStmt).funccall ?? {}] as const] : [];
  for (const [kind, inside] of [...own, ...nodesIn(node)]) {
    if (kind !== 'FuncCall') continue;
    const parts = strings((inside as FuncCall).funcname);
    const name = parts.at(-1) ?? '';
    const known = at.schema.routines.get(at.schema.keyOfName(parts));
    if (known === undefined && (HARMLESS.has(name) || parts[0] === 'pg_catalog' || from.length > 0))
      continue;
    if (known?.volatile === false) continue;
    at.report('calls-function', {
      message: `${parts.join('.')}() may lock, write or drop anything${call ? ', and a procedure may commit' : ''}; the statement does not tell.`,
      fix: `Write the statements of ${name} here, or say why it is safe:  -- migrate: ignore calls-function reason="…"`,
    });
    return;
  }
}

/**
 * The statements that a DO block would run, as far as its body tells; what is put together when it runs is
 * a finding. Each branch counts as taken.
 */
export function statementsOfDo(at: Judgement, node: DoStmt, parser: Parser): LintStatement[] {
  const option = (name: string): Node | undefined =>
    (node.args ?? [])
      .map((one) => inner<DefElem>(one, 'DefElem'))
      .find((element) => element?.defname === name)?.arg;
  const language = strings([option('language') as Node])[0] ?? 'plpgsql';
  const body = strings([option('as') as Node])[0] ?? '';
  const tree = language.toLowerCase() === 'plpgsql' ? bodyTree(at.statement.sql, parser) : null;
  if (tree === null) {
    at.report('do-block', {
      message: `The body (${language}) cannot be read, so nobody knows what it locks or writes.`,
      fix: `Write its statements as SQL, or say why it is safe:  -- migrate: ignore do-block reason="…"`,
    });
    return [];
  }
  const before = at.statement.sql.slice(
    0,
    Math.max(0, at.statement.sql.indexOf(body.trim().slice(0, 40))),
  );
  const shift = before.split('\n').length - 1 - leadingBreaks(body);
  return [...nodesIn(tree)].flatMap(([kind, inside]) => run(at, { kind, inside, shift, parser }));
}

const leadingBreaks = (body: string): number => /^\s*/.exec(body)?.[0].split('\n').length ?? 1;

function bodyTree(sql: string, parser: Parser): unknown {
  try {
    return parser.parsePlPgSQLSync(sql);
  } catch {
    return null;
  }
}

interface Step {
  kind: string;
  inside: Record<string, unknown>;
  shift: number;
  parser: Parser;
}

function run(at: Judgement, { kind, inside, shift, parser }: Step): LintStatement[] {
  const line = at.statement.line + shift + Number(inside['lineno'] ?? 1);
  if (kind === 'PLpgSQL_stmt_commit' || kind === 'PLpgSQL_stmt_rollback') {
    at.report('transaction-control', {
      message: `A DO block inside a transaction cannot end it (2D000).`,
      fix: `Batches that commit belong into a job of the service, not into a migration.`,
    });
    return [];
  }
  if (/dynexecute|dynfors/.test(kind)) {
    const sql = constantOf(text(inside['query']), parser);
    if (sql !== null) return parsed(at, sql, { line, parser });
    at.report('dynamic-sql', {
      message: `EXECUTE of a text that is put together when it runs: what it locks, writes or drops is not known before.`,
      fix: `Write the statements out; or say why it is safe:  -- migrate: ignore dynamic-sql reason="…"`,
    });
    return [];
  }
  if (!/PLpgSQL_stmt_(execsql|perform|fors|forc|return_query|call)$/.test(kind)) return [];
  const sql = text(inside['sqlstmt'] ?? inside['expr'] ?? inside['query']);
  return sql === '' ? [] : parsed(at, sql, { line, parser });
}

function text(expression: unknown): string {
  const inside = tagged(expression as Node)[1]['query'];
  return typeof inside === 'string' ? inside : '';
}

/** `'drop table x'` and nothing else. */
function constantOf(expression: string, parser: Parser): string | null {
  const [found] = parseFile(`SELECT ${expression}`, parser).statements;
  const target = (found?.node as SelectStmt | undefined)?.targetList?.[0];
  const [kind, value] = tagged(inner<{ val?: Node }>(target, 'ResTarget')?.val);
  const constant = (value['sval'] as { sval?: string } | undefined)?.sval;
  return kind === 'A_Const' && constant !== undefined ? constant : null;
}

function parsed(
  at: Judgement,
  sql: string,
  { line, parser }: { line: number; parser: Parser },
): LintStatement[] {
  const { statements, faults } = parseFile(sql, parser);
  if (faults.length > 0) {
    at.report('do-block', {
      message: `A statement of the block cannot be read on its own: ${faults[0]?.text}.`,
      fix: `Write it outside of the block, or say why it is safe:  -- migrate: ignore do-block reason="…"`,
    });
  }
  return statements.map((one) => ({
    ...one,
    index: at.statement.index,
    line: line + one.line - 1,
    lineOf: (location) => line + one.lineOf(location) - 1,
  }));
}
