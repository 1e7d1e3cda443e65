import { TYPEORM_REVOKE_SQL, TYPEORM_TABLE_SQL } from '../history/history-schema.js';
import { type HashedRow, ROW_FIELDS } from '../history/history-row.js';
import { label, type Migration } from '../sources/migration.js';
import { quoteName, quoteText } from '../sources/sql-quote.js';
import { type Addressee, demands, dollarQuoted, indexAbsent, indexSettled } from './assertions.js';
import type { Captured } from './captured.js';
import type { Part, Unit } from './export-parts.js';

export interface FileContext {
  to: Addressee;
  /** The role that migrates, and its search path as SET takes it. */
  owner: string;
  searchPath: string;
  session: { lockTimeout: string; lockTimeoutOutside: string; statementTimeout: string };
  /** The first lines, as comments. */
  heading: string[];
  /** Whether TypeORM's own table exists; it is made where the first class is recorded. */
  typeormTable: boolean;
}

/**
 * The statements of a file. Whoever sends them one by one and goes on after an error (psql without
 * ON_ERROR_STOP) does no harm: in a failed transaction all is ignored, COMMIT rolls back, and nothing
 * follows it; outside of one, a failed demand ends the connection.
 */
export function partStatements(part: Part, context: FileContext): string[] {
  return part.kind === 'outside'
    ? outsideStatements(part, context)
    : [...transactionStatements(part, context)];
}

/** The statements as a file: no meta-commands, every semicolon on a line of its own after comments. */
export function fileText(statements: readonly string[], { heading }: FileContext): string {
  const comments = heading.map((line) => `-- ${line}`).join('\n');
  return `${comments}\n\n${statements.map((statement) => `${statement}\n;`).join('\n\n')}\n`;
}

function* transactionStatements(
  part: Part & { kind: 'transaction' },
  context: FileContext,
): Generator<string> {
  yield 'BEGIN';
  yield `SET LOCAL lock_timeout = '${context.session.lockTimeout}'`;
  yield doBlock(demands(context.to, part.before, 'transaction'));
  yield `SET LOCAL ROLE ${quoteName(context.owner)}`;
  for (const unit of part.units) yield* unitStatements(unit, context);
  const { before, after } = part;
  yield (
    `UPDATE migrator.head SET seq = ${after.head.seq}, hash = decode('${after.head.hash}', 'hex')` +
    ` WHERE seq = ${before.head.seq}`
  );
  yield 'COMMIT';
}

function* unitStatements(unit: Unit, context: FileContext): Generator<string> {
  switch (unit.kind) {
    case 'statements':
      yield* sessionStatements(unit.captured, context);
      yield* unit.captured.statements;
      return;
    case 'row':
      yield* recordStatements(unit.row, unit.migration, context);
      return;
    case 'index-absent':
      yield doBlock(indexAbsent(unit.index));
      return;
    case 'index-settled':
      yield doBlock(indexSettled(unit.index));
  }
}

/** What the engine does between two migrations, as far as one transaction lets it. */
function* sessionStatements(
  { migration: { up, ...migration } }: Captured,
  { owner, searchPath, session }: FileContext,
): Generator<string> {
  const timeouts = {
    lock_timeout: up.lockTimeout ?? session.lockTimeout,
    statement_timeout: up.statementTimeout ?? session.statementTimeout,
  };
  yield `-- ${label(migration)}\nCLOSE ALL`;
  yield 'SET SESSION AUTHORIZATION DEFAULT';
  yield 'RESET ALL';
  yield 'DISCARD TEMP';
  yield 'DISCARD SEQUENCES';
  yield `SET LOCAL ROLE ${quoteName(owner)}`;
  yield `SET LOCAL search_path = ${searchPath === '' ? "''" : searchPath}`;
  for (const [name, value] of Object.entries(timeouts)) yield `SET LOCAL ${name} = '${value}'`;
}

// Each migration has its own COMMIT in the engine, where deferred constraints are due; those that begin
// deferred do so again in the next one.
const CONSTRAINTS_DUE = `
DECLARE deferred text;
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  SELECT string_agg(DISTINCT format('%I.%I', n.nspname, c.conname), ', ') INTO deferred
  FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.condeferred;
  IF deferred IS NOT NULL THEN EXECUTE 'SET CONSTRAINTS ' || deferred || ' DEFERRED'; END IF;
END`;

function* recordStatements(
  row: HashedRow,
  { typeormName, number }: Migration,
  context: FileContext,
): Generator<string> {
  yield `DO ${dollarQuoted(CONSTRAINTS_DUE)}`;
  yield 'SET SESSION AUTHORIZATION DEFAULT';
  yield `SET LOCAL ROLE ${quoteName(context.owner)}`;
  if (typeormName !== null && row.status === 'applied') {
    if (!context.typeormTable) {
      yield TYPEORM_TABLE_SQL.trim();
      yield TYPEORM_REVOKE_SQL.trim();
      context.typeormTable = true;
    }
    yield (
      `INSERT INTO public.migrations ("timestamp", name) SELECT ${number}, ${quoteText(typeormName)}` +
      ` WHERE NOT EXISTS (SELECT FROM public.migrations WHERE "timestamp" = ${number})`
    );
  }
  const columns = [...ROW_FIELDS, 'prev_hash', 'hash'] as const;
  const values = columns.map((column) => literal(column, row[column]));
  yield `INSERT INTO migrator.history (${columns.join(', ')}) VALUES (${values.join(', ')})`;
}

function literal(column: string, value: string | null): string {
  if (value === null) return 'NULL';
  return column.endsWith('hash') ? `decode('${value}', 'hex')` : quoteText(value);
}

/**
 * A statement that no transaction may hold cannot be kept back by a failed one. So a failed demand ends the
 * connection: psql stops there, whatever ON_ERROR_STOP says. In one message with others the server
 * refuses the statement itself. The session's lock ends with the session.
 */
function outsideStatements(
  { before, captured }: Part & { kind: 'outside' },
  { to, owner, searchPath, session }: FileContext,
): string[] {
  const { up } = captured.migration;
  const guard = `BEGIN
${demands(to, before, 'session')}
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING '%: this connection ends, so that nothing runs', SQLERRM;
  PERFORM pg_terminate_backend(pg_backend_pid());
  PERFORM pg_sleep(5);
END`;
  return [
    'RESET ROLE',
    `DO ${dollarQuoted(guard)}`,
    `SET ROLE ${quoteName(owner)}`,
    `SET search_path = ${searchPath === '' ? "''" : searchPath}`,
    `SET lock_timeout = '${up.lockTimeout ?? session.lockTimeoutOutside}'`,
    `SET statement_timeout = '${up.statementTimeout ?? session.statementTimeout}'`,
    ...captured.statements,
    'RESET ALL',
    'RESET ROLE',
  ];
}

function doBlock(body: string): string {
  return `DO ${dollarQuoted(`BEGIN\n${body}\nEND`)}`;
}
