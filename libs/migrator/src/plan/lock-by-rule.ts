import type { Statement } from '../sources/statements.js';
import type { PlannedLock } from './report.js';
import type { RangeVar } from '../sources/range-var.js';

// What the documentation of each command says ("Explicit Locking"), for the kinds that migrations hold.
const MODES: Record<string, string> = {
  AlterTableStmt: 'ACCESS EXCLUSIVE',
  RenameStmt: 'ACCESS EXCLUSIVE',
  DropStmt: 'ACCESS EXCLUSIVE',
  TruncateStmt: 'ACCESS EXCLUSIVE',
  ClusterStmt: 'ACCESS EXCLUSIVE',
  ReindexStmt: 'SHARE',
  IndexStmt: 'SHARE',
  CreateTrigStmt: 'SHARE ROW EXCLUSIVE',
  InsertStmt: 'ROW EXCLUSIVE',
  UpdateStmt: 'ROW EXCLUSIVE',
  DeleteStmt: 'ROW EXCLUSIVE',
  MergeStmt: 'ROW EXCLUSIVE',
  VacuumStmt: 'SHARE UPDATE EXCLUSIVE',
};

/**
 * The locks of a statement by its kind alone: for what runs outside a transaction, where none can be seen
 * afterwards, and where there is no shadow.
 */
export function locksByRule({ kind, node }: Pick<Statement, 'kind' | 'node'>): PlannedLock[] {
  const mode = node['concurrent'] === true ? 'SHARE UPDATE EXCLUSIVE' : MODES[kind];
  if (mode === undefined) return [];
  return relationsOf(node).map((relation) => ({ relation, mode }));
}

function relationsOf(node: Record<string, unknown>): string[] {
  const one = node['relation'] as RangeVar | undefined;
  if (one !== undefined) return [nameOf(one)];
  const many = (node['relations'] ?? []) as { RangeVar?: RangeVar }[];
  return many.flatMap(({ RangeVar: found }) => (found === undefined ? [] : [nameOf(found)]));
}

const nameOf = ({ schemaname = 'public', relname }: RangeVar): string => `${schemaname}.${relname}`;
