import type { AlterTableCmd, AlterTableStmt } from 'libpg-query';
import { alterTable } from '../schema/alter-table.js';
import { inner } from '../tree.js';
import { judgeAddColumn } from './column-add.js';
import {
  judgeDefault,
  judgeDropColumn,
  judgeDropNotNull,
  judgeExpression,
  judgeSetNotNull,
  judgeType,
} from './column-change.js';
import { judgeAddConstraint, judgeDropConstraint, judgeValidate } from './constraint.js';
import type { Judgement, Live } from './judgement.js';
import { TABLE_OPTIONS } from './table-options.js';
import type { LockMode } from './transaction-state.js';

type SubType = NonNullable<AlterTableCmd['subtype']>;
type Judge = (at: Judgement, live: Live, command: AlterTableCmd) => void;

const JUDGES: Partial<Record<SubType, Judge>> = {
  ...TABLE_OPTIONS,
  AT_AddColumn: judgeAddColumn,
  AT_AlterColumnType: judgeType,
  AT_SetNotNull: judgeSetNotNull,
  AT_DropNotNull: judgeDropNotNull,
  AT_DropColumn: judgeDropColumn,
  AT_ColumnDefault: judgeDefault,
  AT_SetExpression: judgeExpression,
  AT_DropExpression: judgeExpression,
  AT_DropIdentity: judgeExpression,
  AT_AddConstraint: judgeAddConstraint,
  AT_ValidateConstraint: judgeValidate,
  AT_DropConstraint: judgeDropConstraint,
};

// As AlterTableGetLockLevel has it; everything else takes ACCESS EXCLUSIVE.
const WEAK: SubType[] = [
  'AT_SetStatistics',
  'AT_SetOptions',
  'AT_ResetOptions',
  'AT_ValidateConstraint',
  'AT_ClusterOn',
  'AT_DropCluster',
  'AT_SetRelOptions',
  'AT_ResetRelOptions',
  'AT_ReplaceRelOptions',
  'AT_AttachPartition',
];

/** ALTER TABLE, command by command: each is judged on what the ones before leave behind. */
export function judgeAlterTable(at: Judgement, node: AlterTableStmt): void {
  const known = at.schema.table(node.relation);
  const relation = node.objtype === 'OBJECT_TABLE' || node.objtype === 'OBJECT_MATVIEW';
  const commands = (node.cmds ?? []).flatMap((command) => {
    const one = inner<AlterTableCmd>(command, 'AlterTableCmd');
    return one === undefined ? [] : [one];
  });
  // IF EXISTS over a table that nobody made does nothing.
  const absent = known === undefined && node.missing_ok === true;
  const live = relation && !absent ? at.live(node.relation) : null;
  for (const command of commands) {
    if (live !== null) judgeCommand(at, live, command);
    if (known !== undefined) alterTable(at.schema, known, command);
  }
  if (node.objtype === 'OBJECT_INDEX') judgeIndexOptions(at, node, commands);
}

function judgeCommand(at: Judgement, live: Live, command: AlterTableCmd): void {
  at.lock(live, lockOf(command));
  if (command.subtype !== undefined) JUDGES[command.subtype]?.(at, live, command);
}

function lockOf({ subtype, def }: AlterTableCmd): LockMode {
  if (subtype === undefined || WEAK.includes(subtype)) return 'SHARE UPDATE EXCLUSIVE';
  const inside = Object.values(def ?? {})[0] as
    { contype?: string; concurrent?: boolean } | undefined;
  if (subtype === 'AT_AddConstraint' && inside?.contype === 'CONSTR_FOREIGN') {
    return 'SHARE ROW EXCLUSIVE';
  }
  if (subtype === 'AT_DetachPartition' && inside?.concurrent === true)
    return 'SHARE UPDATE EXCLUSIVE';
  return /Trig/.test(subtype) ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE';
}

function judgeIndexOptions(at: Judgement, node: AlterTableStmt, commands: AlterTableCmd[]): void {
  if (!commands.some(({ subtype }) => subtype === 'AT_SetTableSpace')) return;
  const key = node.relation === undefined ? '' : at.schema.keyOf(node.relation);
  const table = at.schema.indexes.get(key)?.table;
  const live = table === undefined ? null : at.liveKey(table);
  if (table !== undefined && live === null) return;
  at.report('set-tablespace', {
    message: `The index ${node.relation?.relname} is copied under ACCESS EXCLUSIVE.`,
    fix: `REINDEX (TABLESPACE …, CONCURRENTLY) INDEX ${node.relation?.relname}; in a file with transaction=none.`,
    tables: live === null ? [] : [live],
  });
}
