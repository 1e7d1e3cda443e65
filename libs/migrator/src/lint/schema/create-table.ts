import type {
  ColumnDef,
  Constraint as ConstraintNode,
  CreateStmt,
  PartitionElem,
  PartitionBoundSpec,
  TableLikeClause,
} from 'libpg-query';
import { inner } from '../tree.js';
import { columnOf, constraintsOf } from './column-def.js';
import { constraintOf } from './constraint-def.js';
import { emptyTable, type Schema, type Table } from './schema.js';

/** CREATE TABLE; one that exists already stays as it is (IF NOT EXISTS). */
export function createTable(schema: Schema, statement: CreateStmt, isNew: boolean): void {
  const { relation, partspec, inhRelations, partbound } = statement;
  if (relation === undefined) return;
  const key = schema.keyOf(relation);
  if (schema.tables.has(key)) return;
  const temporary = relation.relpersistence === 't';
  const kind = temporary ? 'temporary' : partspec === undefined ? 'table' : 'partitioned';
  const table = emptyTable(key, kind, isNew || temporary);
  table.partitionKey = (partspec?.partParams ?? []).flatMap(
    (param) => inner<PartitionElem>(param, 'PartitionElem')?.name ?? [],
  );
  schema.tables.set(key, table);
  for (const parent of inhRelations ?? []) {
    const found = schema.table(inner(parent, 'RangeVar'));
    if (found !== undefined) inherit(table, found, partbound);
  }
  for (const element of statement.tableElts ?? []) {
    const definition = inner<ColumnDef>(element, 'ColumnDef');
    if (definition !== undefined) addColumn(schema, table, definition);
    const like = inner<TableLikeClause>(element, 'TableLikeClause');
    const source = schema.table(like?.relation);
    if (source !== undefined) copyColumns(table, source);
    const constraint = inner<ConstraintNode>(element, 'Constraint');
    if (constraint !== undefined) addConstraint(schema, table, { node: constraint });
  }
}

function inherit(table: Table, parent: Table, bound: PartitionBoundSpec | undefined): void {
  copyColumns(table, parent);
  table.parent = parent.key;
  if (bound?.is_default === true) parent.defaultPartition = table.key;
}

function copyColumns(table: Table, source: Table): void {
  for (const column of source.columns.values()) table.columns.set(column.name, { ...column });
}

export function addColumn(schema: Schema, table: Table, definition: ColumnDef): void {
  const column = columnOf(definition);
  table.columns.set(column.name, column);
  for (const node of constraintsOf(definition)) {
    addConstraint(schema, table, { node, column: column.name });
  }
}

/** Adds a constraint with the index that it makes or takes over. */
export function addConstraint(
  schema: Schema,
  table: Table,
  { node, column }: { node: ConstraintNode; column?: string },
): void {
  const constraint = constraintOf(node, { schema, table, column });
  if (constraint === null) return;
  table.constraints.set(constraint.name, constraint);
  if (constraint.kind === 'primary' || (constraint.kind === 'notnull' && constraint.validated)) {
    for (const name of constraint.columns) {
      const known = table.columns.get(name);
      if (known !== undefined) known.notNull = true;
    }
  }
  if (['primary', 'unique', 'exclusion'].includes(constraint.kind))
    own(schema, table, constraint, node);
}

function own(
  schema: Schema,
  table: Table,
  constraint: { name: string; kind: string; columns: string[] },
  node: ConstraintNode,
): void {
  // USING INDEX takes an index over and gives it the constraint's name.
  if (node.indexname !== undefined) schema.indexes.delete(`${table.schema}.${node.indexname}`);
  const name = node.conname ?? node.indexname ?? constraint.name;
  const key = `${table.schema}.${name}`;
  schema.indexes.set(key, {
    key,
    name,
    table: table.key,
    unique: constraint.kind !== 'exclusion',
    columns: constraint.columns,
    plain: constraint.kind !== 'exclusion',
    concurrent: false,
    constraint: constraint.name,
  });
}
