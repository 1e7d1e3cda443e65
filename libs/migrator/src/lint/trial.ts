import type pg from 'pg';
import { type ServerError, serverErrorOf } from '../measure/measure.js';
import { type Effects, effectsBetween, type Snapshot, takeSnapshot } from '../measure/snapshot.js';
import { quoteName } from '../sources/sql-quote.js';
import { outsideOnly } from './judge/session.js';
import type { LintedFile } from './lint-run.js';
import { type LintStatement, loadParser, parseFile } from './parse-file.js';
import type { LintSource } from './read-folder.js';
import { nodesIn } from './tree.js';

/** One statement as the shadow met it; what happened to tables that this run made is left out. */
export interface Tried extends Effects {
  error: ServerError | null;
  /** Relations before the statement: name → whether it was there before the run. */
  standing: ReadonlyMap<string, boolean>;
}

export interface Trial {
  /** By file, by index of the statement; a statement that was not run is missing. */
  files: Map<string, Map<number, Tried>>;
  /** Why there are none: a base file that the server refused. */
  baseProblem: string | null;
}

// A statement that needs longer waits or sleeps; locks and rewrites of empty tables take no time.
const STATEMENT_TIMEOUT_MS = 20_000;
// A file that is refused more often is not worth more looks.
const MOST_REFUSED = 20;
// What concerns the whole server is not tried where others live.
const WIDE =
  /^(CreateRole|AlterRole|AlterRoleSet|DropRole|Createdb|Dropdb|AlterDatabase|AlterDatabaseSet|AlterSystem|CreateTableSpace|DropTableSpace|AlterTableSpaceOptions|CreateSubscription|AlterSubscription|DropSubscription|Notify|Listen|Load|Copy|Discard)Stmt$/;

interface Trying {
  /** The role that migrates: what is linted is not trusted, and a superuser's SQL can run programs. */
  client: pg.Client;
  /** Makes the roles that are granted something; runs nothing of what is linted. */
  admin: pg.Client;
  /** Nothing else lives on this server. */
  throwaway: boolean;
}

/** Runs the applied files, then the judged ones statement by statement, on an empty database. */
export async function tryOut(
  base: readonly LintSource[],
  judged: readonly LintedFile[],
  trying: Trying,
): Promise<Trial> {
  const { client } = trying;
  await client.query(`SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
  const baseProblem = await makeBase(base, trying);
  const files: Trial['files'] = new Map();
  if (baseProblem !== null) return { files, baseProblem };
  const live = new Set((await takeSnapshot(client)).keys());
  for (const file of judged) {
    if (trying.throwaway) await makeRoles(trying, file.statements);
    files.set(file.source.file, await tryFile(file, trying, live));
  }
  return { files, baseProblem };
}

async function makeBase(base: readonly LintSource[], trying: Trying): Promise<string | null> {
  const parser = await loadParser();
  const { client } = trying;
  for (const { file, sql } of base) {
    const statements = parseFile(sql, parser).statements.filter((one) => mayRun(one, trying));
    if (trying.throwaway) await makeRoles(trying, statements);
    // One message for the whole file; only when that fails is it worth knowing where.
    if (await ranWhole(client, statements)) continue;
    for (const statement of statements) {
      const error = await run(client, statement.sql);
      if (error === null || isMissingHere(error)) continue;
      return `${file}:${statement.line}: ${error.message} (${error.sqlstate})`;
    }
    await client.query('RESET ALL');
    await client.query(`SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
  }
  return null;
}

async function ranWhole(client: pg.Client, statements: readonly LintStatement[]): Promise<boolean> {
  if (statements.some((statement) => outsideOnly(statement) !== null)) return false;
  const reset = `RESET ALL;\nSET statement_timeout = ${STATEMENT_TIMEOUT_MS}`;
  const all = [...statements.map(({ sql }) => sql), reset].join(';\n');
  return (await run(client, all)) === null;
}

function mayRun({ kind, node }: LintStatement, { throwaway }: Trying): boolean {
  if (kind === 'TransactionStmt') return false;
  if (kind === 'CopyStmt' && node['filename'] === undefined) return false;
  return throwaway || !WIDE.test(kind);
}

/** A refused statement is left out and the file begun again: a savepoint would change what a file means. */
async function tryFile(
  file: LintedFile,
  trying: Trying,
  live: ReadonlySet<number>,
): Promise<Map<number, Tried>> {
  const refused = new Map<number, Tried>();
  for (let attempt = 0; attempt <= MOST_REFUSED; attempt += 1) {
    const tried = await attemptFile(file, { trying, live, without: refused });
    if (tried !== null) return new Map([...tried, ...refused]);
  }
  return refused;
}

interface Attempt {
  trying: Trying;
  live: ReadonlySet<number>;
  without: Map<number, Tried>;
}

/** @returns null when a statement was refused, which is then among `without` */
async function attemptFile(
  { source, statements }: LintedFile,
  { trying, live, without }: Attempt,
): Promise<Map<number, Tried> | null> {
  const { client } = trying;
  const tried = new Map<number, Tried>();
  if (source.transactional) await client.query('BEGIN');
  let before = await takeSnapshot(client);
  for (const statement of statements) {
    const { index, sql } = statement;
    if (!mayRun(statement, trying) || without.has(index)) continue;
    const standing = standingIn(before, live);
    const error = await run(client, sql);
    if (error !== null) {
      const nothing = { locks: [], rewrites: [], scans: [] };
      without.set(index, { ...nothing, error, standing });
      if (source.transactional) return endFile(client, null);
      continue;
    }
    const after = await takeSnapshot(client);
    tried.set(index, { ...effectsBetween(before, after, live), error: null, standing });
    before = after;
  }
  if (source.transactional) await run(client, 'COMMIT');
  return endFile(client, tried);
}

async function endFile<T>(client: pg.Client, result: T): Promise<T> {
  await client.query(`ROLLBACK; RESET ALL; SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
  return result;
}

function standingIn(snapshot: Snapshot, live: ReadonlySet<number>): Map<string, boolean> {
  return new Map([...snapshot.values()].map(({ name, oid }) => [name, live.has(oid)]));
}

async function run(client: pg.Client, sql: string): Promise<ServerError | null> {
  try {
    await client.query(sql);
    return null;
  } catch (error) {
    return serverErrorOf(error);
  }
}

const ELSEWHERE =
  /^(role|tablespace|collation|publication|server|foreign-data|language|access method|extension) |compression method|extension "/;

/** Of the server that is meant, not of the statement: a shadow need not have it. */
export function isMissingHere({ sqlstate, message }: ServerError): boolean {
  // Extension files; rights and libraries that only the meant server has; what takes too long here.
  return ['58P01', '57014', '42501', '55P03'].includes(sqlstate) || ELSEWHERE.test(message);
}

/** Roles that are granted something somewhere exist where the migration is meant to run. */
async function makeRoles(
  { admin, client }: Trying,
  statements: readonly LintStatement[],
): Promise<void> {
  const made = new Set<string>();
  const names = new Set<string>();
  for (const { kind, node } of statements) {
    if (kind === 'CreateRoleStmt') made.add(String(node['role']));
    for (const [inside, role] of nodesIn(node)) {
      const { rolename } = role as { rolename?: string };
      if (inside === 'RoleSpec' && rolename !== undefined) names.add(rolename);
    }
    const owner = node['newowner'] as { rolename?: string } | undefined;
    if (owner?.rolename !== undefined) names.add(owner.rolename);
  }
  for (const name of names) {
    if (made.has(name)) continue;
    if ((await run(admin, `CREATE ROLE ${quoteName(name)}`)) !== null) continue;
    await run(admin, `GRANT ${quoteName(name)} TO ${quoteName(client.user ?? '')}`);
  }
}
