import type { Script, SqlScript } from './migration.js';
import { MigrationRefused } from '../refused.js';
import { rehearse } from './rehearsal.js';
import { sqlParser } from './sql-parser.js';

/** One statement of a script, as it is sent. */
export interface Statement {
  sql: string;
  /** 1-based line of its first character in the file. */
  line: number;
  /** The node's name in PostgreSQL's own grammar, e.g. `IndexStmt`. */
  kind: string;
  /** What that grammar made of it; its locations count bytes of the script. */
  node: Record<string, unknown>;
  /** Byte of the script at which `sql` begins. */
  offset: number;
}

interface ParsedStatement {
  stmt?: Record<string, Record<string, unknown>>;
  stmt_location?: number;
  stmt_len?: number;
}

const SAVEPOINTS = ['TRANS_STMT_SAVEPOINT', 'TRANS_STMT_RELEASE', 'TRANS_STMT_ROLLBACK_TO'];

/**
 * Splits a script with the grammar of PostgreSQL itself (libpg-query), so a semicolon in a string, a
 * comment, a dollar-quoted body or a `BEGIN ATOMIC` function is what the server says it is.
 *
 * @param origin names the script in messages
 * @throws {MigrationRefused} SQL_SYNTAX, SQL_TRANSACTION_CONTROL, SQL_SESSION_COMMAND
 */
export async function splitStatements(sql: string, origin: string): Promise<Statement[]> {
  if (sql.trim() === '') return [];
  const bytes = Buffer.from(sql, 'utf8');
  const nodes = await parse(sql, origin);
  return nodes.map((node) => {
    const start = node.stmt_location ?? 0;
    const raw = bytes.subarray(start, start + (node.stmt_len ?? bytes.length - start)).toString();
    const text = raw.replace(/^(\s+|--[^\n]*(\n|$))+/, '');
    const before = bytes.subarray(0, start).toString() + raw.slice(0, raw.length - text.length);
    const line = before.split('\n').length;
    const kind = Object.keys(node.stmt ?? {})[0] ?? 'unknown';
    const inner = node.stmt?.[kind] ?? {};
    demandHarmless(kind, inner, `${origin}:${line}`);
    const offset = Buffer.byteLength(before);
    return { sql: text.trimEnd(), line, kind, node: inner, offset };
  });
}

/**
 * Checks a SQL script before anything runs.
 *
 * @throws {MigrationRefused} as splitStatements, and SQL_NOT_ONE_STATEMENT
 */
export function statementsOf(script: SqlScript): Promise<Statement[]> {
  const known = parsedScripts.get(script) ?? parseScript(script);
  parsedScripts.set(script, known);
  return known;
}

/** The databases of a template share their scripts: each is parsed once. */
const parsedScripts = new WeakMap<SqlScript, Promise<Statement[]>>();

async function parseScript(script: SqlScript): Promise<Statement[]> {
  const statements = await splitStatements(script.sql, script.file);
  if (script.transactional || statements.length === 1) return statements;
  throw new MigrationRefused(
    'SQL_NOT_ONE_STATEMENT',
    `${script.file}: transaction=none takes exactly one statement, here are ${statements.length}; ` +
      'between two of them a crash would leave half a version',
  );
}

/**
 * The one statement of a script that runs outside a transaction.
 *
 * @returns null when a class sends none, or when what it sends cannot be known beforehand
 * @throws {MigrationRefused} SQL_NOT_ONE_STATEMENT, CLASS_NOT_ONE_STATEMENT, and as splitStatements
 */
export async function soleStatementOf(script: Script, origin: string): Promise<Statement | null> {
  if (script.kind === 'sql') return (await statementsOf(script))[0] ?? null;
  const queries = await rehearse(script);
  const statements: Statement[] = [];
  for (const query of queries ?? []) statements.push(...(await splitStatements(query, origin)));
  if (statements.length <= 1) return statements[0] ?? null;
  throw new MigrationRefused(
    'CLASS_NOT_ONE_STATEMENT',
    `${origin}: transaction = false takes exactly one statement, this class sends ` +
      `${statements.length}; between two of them a crash would leave half a version`,
  );
}

/** Words that only a statement refused here can hold; anything else need not load the parser. */
const SUSPECT = /\b(begin|start|commit|end|rollback|abort|prepare|discard|copy)\b/i;

/**
 * Refuses what would end the engine's transaction or drop its lock, in SQL that a class sends.
 *
 * @throws {MigrationRefused} SQL_TRANSACTION_CONTROL, SQL_SESSION_COMMAND, SQL_SYNTAX
 */
export async function demandHarmlessQuery(sql: string, origin: string): Promise<void> {
  if (SUSPECT.test(sql)) await splitStatements(sql, origin);
}

async function parse(sql: string, origin: string): Promise<ParsedStatement[]> {
  const { parse: parseSql, hasSqlDetails } = await sqlParser();
  try {
    return ((await parseSql(sql)) as unknown as { stmts?: ParsedStatement[] }).stmts ?? [];
  } catch (error) {
    const position = hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? 0) : 0;
    const line = [...sql].slice(0, position).join('').split('\n').length;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationRefused('SQL_SYNTAX', `${origin}:${line}: ${reason}`, { cause: error });
  }
}

function demandHarmless(kind: string, node: Record<string, unknown>, place: string): void {
  if (kind === 'TransactionStmt' && !SAVEPOINTS.includes(String(node['kind']))) {
    throw new MigrationRefused(
      'SQL_TRANSACTION_CONTROL',
      `${place}: the engine opens and ends the transaction; take BEGIN, COMMIT and ROLLBACK out`,
    );
  }
  if (kind === 'DiscardStmt') {
    throw new MigrationRefused(
      'SQL_SESSION_COMMAND',
      `${place}: DISCARD would drop the engine's lock; the session is reset after each migration`,
    );
  }
  if (kind === 'CopyStmt' && node['filename'] === undefined) {
    throw new MigrationRefused(
      'SQL_SESSION_COMMAND',
      `${place}: COPY to or from the client has nobody at the other end; use INSERT`,
    );
  }
}
