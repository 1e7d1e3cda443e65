import type {
  AlterTableCmd,
  ColumnDef,
  Constraint as ConstraintNode,
  PartitionCmd,
} from 'libpg-query';
import { inner } from '../tree.js';
import { typeOf } from './column-def.js';
import { addColumn, addConstraint } from './create-table.js';
import type { Schema, Table } from './schema.js';

type Change = (at: { schema: Schema; table: Table; command: AlterTableCmd; name: string }) => void;

const CHANGES: Partial<Record<NonNullable<AlterTableCmd['subtype']>, Change>> = {
  AT_AddColumn: ({ schema, table, command }) => {
    const definition = inner<ColumnDef>(command.def, 'ColumnDef');
    if (definition === undefined || table.columns.has(definition.colname ?? '')) return;
    addColumn(schema, table, definition);
  },
  AT_DropColumn: ({ schema, table, name }) => {
    table.columns.delete(name);
    for (const [key, { columns }] of table.constraints) {
      if (columns.includes(name)) table.constraints.delete(key);
    }
    for (const index of schema.indexesOf(table.key)) {
      if (index.columns.includes(name)) schema.indexes.delete(index.key);
    }
  },
  AT_AlterColumnType: ({ table, name, command }) => {
    const column = table.columns.get(name);
    const definition = inner<ColumnDef>(command.def, 'ColumnDef');
    if (column !== undefined) column.type = typeOf(definition?.typeName);
  },
  AT_SetNotNull: ({ table, name }) => setColumn(table, name, { notNull: true }),
  AT_DropNotNull: ({ table, name }) => {
    setColumn(table, name, { notNull: false });
    for (const [key, { kind, columns }] of table.constraints) {
      if (kind === 'notnull' && columns.includes(name)) table.constraints.delete(key);
    }
  },
  AT_ColumnDefault: ({ table, name, command }) =>
    setColumn(table, name, { hasDefault: command.def !== undefined }),
  AT_AddIdentity: ({ table, name }) => setColumn(table, name, { identity: true }),
  AT_DropIdentity: ({ table, name }) => setColumn(table, name, { identity: false }),
  AT_DropExpression: ({ table, name }) => setColumn(table, name, { generated: null }),
  AT_AddConstraint: ({ schema, table, command }) => {
    const node = inner<ConstraintNode>(command.def, 'Constraint');
    if (node !== undefined) addConstraint(schema, table, { node });
  },
  AT_ValidateConstraint: ({ table, name }) => {
    const constraint = table.constraints.get(name);
    if (constraint === undefined) return;
    constraint.validated = true;
    if (constraint.kind !== 'notnull') return;
    for (const column of constraint.columns) setColumn(table, column, { notNull: true });
  },
  AT_DropConstraint: ({ schema, table, name }) => {
    const constraint = table.constraints.get(name);
    table.constraints.delete(name);
    schema.indexes.delete(`${table.schema}.${name}`);
    if (constraint?.kind !== 'notnull') return;
    for (const column of constraint.columns) setColumn(table, column, { notNull: false });
  },
  AT_AttachPartition: ({ schema, table, command }) => {
    const partition = inner<PartitionCmd>(command.def, 'PartitionCmd');
    const child = schema.table(partition?.name);
    if (child === undefined) return;
    child.parent = table.key;
    if (partition?.bound?.is_default === true) table.defaultPartition = child.key;
  },
  AT_DetachPartition: ({ schema, table, command }) => {
    const child = schema.table(inner<PartitionCmd>(command.def, 'PartitionCmd')?.name);
    if (child === undefined) return;
    child.parent = null;
    if (table.defaultPartition === child.key) table.defaultPartition = null;
  },
  AT_EnableRowSecurity: ({ table }) => void (table.rowSecurity = true),
  AT_DisableRowSecurity: ({ table }) => void (table.rowSecurity = false),
};

/** What one command of ALTER TABLE leaves behind. */
export function alterTable(schema: Schema, table: Table, command: AlterTableCmd): void {
  const change = command.subtype === undefined ? undefined : CHANGES[command.subtype];
  change?.({ schema, table, command, name: command.name ?? '' });
}

function setColumn(table: Table, name: string, change: object): void {
  const column = table.columns.get(name);
  if (column !== undefined) Object.assign(column, change);
}
