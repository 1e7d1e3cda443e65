import type { CopyStmt, ReindexStmt, TransactionStmt, VariableSetStmt } from 'libpg-query';
import type { LintStatement } from '../parse-file.js';
import { hasOption, inner, nodesIn } from '../tree.js';
import type { Judgement } from './judgement.js';

const SAVEPOINTS = ['TRANS_STMT_SAVEPOINT', 'TRANS_STMT_RELEASE', 'TRANS_STMT_ROLLBACK_TO'];

/** What PostgreSQL runs only outside a transaction block; null for everything else. */
export function outsideOnly({ kind, node }: Pick<LintStatement, 'kind' | 'node'>): string | null {
  const concurrent = node['concurrent'] === true;
  switch (kind) {
    case 'IndexStmt':
      return concurrent ? 'CREATE INDEX CONCURRENTLY' : null;
    case 'DropStmt':
      return concurrent ? 'DROP INDEX CONCURRENTLY' : null;
    case 'ReindexStmt':
      return reindexOutside(node);
    case 'AlterTableStmt':
      return isDetachConcurrently(node) ? 'DETACH PARTITION CONCURRENTLY' : null;
    case 'VacuumStmt':
      return node['is_vacuumcmd'] === true ? 'VACUUM' : null;
    case 'ClusterStmt':
      return node['relation'] === undefined ? 'CLUSTER of every table' : null;
    case 'CreatedbStmt':
    case 'DropdbStmt':
      return kind === 'CreatedbStmt' ? 'CREATE DATABASE' : 'DROP DATABASE';
    case 'CreateTableSpaceStmt':
    case 'DropTableSpaceStmt':
      return 'CREATE or DROP TABLESPACE';
    case 'AlterSystemStmt':
      return 'ALTER SYSTEM';
    case 'CreateSubscriptionStmt':
    case 'DropSubscriptionStmt':
      return 'a subscription with a slot';
    default:
      return null;
  }
}

function reindexOutside({ kind, params }: ReindexStmt): string | null {
  if (hasOption(params, 'concurrently')) return 'REINDEX CONCURRENTLY';
  const wide = ['REINDEX_OBJECT_SCHEMA', 'REINDEX_OBJECT_SYSTEM', 'REINDEX_OBJECT_DATABASE'];
  return wide.includes(kind ?? '') ? 'REINDEX of more than a table' : null;
}

function isDetachConcurrently(node: Record<string, unknown>): boolean {
  return [...nodesIn(node)].some(
    ([kind, inside]) => kind === 'PartitionCmd' && inside['concurrent'] === true,
  );
}

export function judgeOutside(at: Judgement): void {
  const what = outsideOnly(at.statement);
  if (what === null || !at.transaction.transactional) return;
  const fix = `Put it alone into a file that begins with  -- migrate: transaction=none`;
  at.report('needs-no-transaction', {
    message: `${what} commits by itself in between, so it cannot be part of a transaction; each file is one unless its header says otherwise.`,
    fix,
  });
  at.report('refused-in-transaction', {
    message: `PostgreSQL answers: ${what} cannot run inside a transaction block (25001); the migration fails.`,
    fix,
  });
}

export function judgeTransactionControl(at: Judgement, node: TransactionStmt): void {
  const kind = String(node.kind);
  if (SAVEPOINTS.includes(kind)) return;
  const word = /STMT_(\w+)/.exec(kind)?.[1]?.replaceAll('_', ' ') ?? 'BEGIN';
  at.report('transaction-control', {
    message: `${word}: each file runs in one transaction of the engine's, with the row of the history in it; the engine refuses a file that ends it.`,
    fix: `Take BEGIN, COMMIT and ROLLBACK out; what must be apart goes into a file of its own.`,
  });
}

const LONGEST_WAIT_MS = 60_000;

export function judgeSet(at: Judgement, node: VariableSetStmt): void {
  const { name = '' } = node;
  const value = valueOf(node);
  if (/^timezone$/i.test(name)) at.transaction.utc = /^(utc|gmt|etc\/utc)$/i.test(value ?? '');
  if (name !== 'lock_timeout' && name !== 'statement_timeout') return;
  const ms = durationMs(value);
  const off = node.kind !== 'VAR_SET_VALUE' || ms === 0;
  if (!off && (name === 'statement_timeout' || ms <= LONGEST_WAIT_MS)) return;
  const header = name === 'lock_timeout' ? 'lock_timeout=10s' : 'statement_timeout=60min';
  at.report('lock-timeout-disabled', {
    message:
      name === 'lock_timeout'
        ? `A statement that waits for a lock ${off ? 'without end' : 'that long'} keeps everybody waiting who comes after it.`
        : 'Without a limit a statement that went wrong runs until somebody notices.',
    fix: `The engine sets 3 s and 15 min and tries again by itself; another limit goes into the header:  -- migrate: ${header}`,
  });
}

function valueOf({ args }: VariableSetStmt): string | null {
  const constant = inner<Record<string, Record<string, unknown>>>(args?.[0], 'A_Const');
  if (constant === undefined) return null;
  const value = constant['sval']?.['sval'] ?? constant['ival']?.['ival'] ?? 0;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function durationMs(text: string | null): number {
  const [, digits = '', unit = 'ms'] = /^\s*(\d+)\s*(ms|s|min|h)?\s*$/.exec(text ?? '') ?? [];
  const factor: Record<string, number> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 };
  return digits === '' ? 0 : Number(digits) * (factor[unit] ?? 1);
}

export function judgeSession(at: Judgement): void {
  const { kind, node } = at.statement;
  const client = kind === 'CopyStmt' && (node as CopyStmt).filename === undefined;
  if (kind !== 'DiscardStmt' && !client) return;
  at.report('session-command', {
    message: client
      ? 'COPY to or from the client has nobody at the other end; the engine refuses it.'
      : 'DISCARD drops the session’s locks, the engine’s own among them; the engine refuses it.',
    fix: client ? 'INSERT … VALUES.' : 'Leave it out: the session is reset after each migration.',
  });
}

export const isCommit = ({ kind, node }: LintStatement): boolean =>
  kind === 'TransactionStmt' && !SAVEPOINTS.includes(String(node['kind']));
