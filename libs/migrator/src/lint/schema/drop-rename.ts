import type { AlterObjectSchemaStmt, DropStmt, Node, RenameStmt } from 'libpg-query';
import { nameParts } from '../tree.js';
import type { Schema, Table } from './schema.js';

const RELATIONS = ['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE'];
const ROUTINES = ['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_AGGREGATE'];

export function drop(schema: Schema, statement: DropStmt): void {
  const kind = statement.removeType ?? '';
  const cascade = statement.behavior === 'DROP_CASCADE';
  for (const object of statement.objects ?? []) {
    const parts = nameParts(object);
    const key = schema.keyOfName(parts);
    if (RELATIONS.includes(kind)) dropTable(schema, key, cascade);
    else if (kind === 'OBJECT_INDEX') schema.indexes.delete(key);
    else if (kind === 'OBJECT_SEQUENCE') schema.sequences.delete(key);
    else if (ROUTINES.includes(kind)) schema.routines.delete(key);
    else if (kind === 'OBJECT_TYPE') schema.types.delete(key);
    else if (kind === 'OBJECT_DOMAIN') schema.domains.delete(key);
    else if (kind === 'OBJECT_SCHEMA') dropSchema(schema, parts.at(-1) ?? '');
    else if (kind === 'OBJECT_POLICY')
      lessPolicy(schema.tables.get(schema.keyOfName(parts.slice(0, -1))));
  }
}

function lessPolicy(table: Table | undefined): void {
  if (table !== undefined) table.policies -= 1;
}

function dropSchema(schema: Schema, name: string): void {
  for (const key of schema.tables.keys()) {
    if (key.startsWith(`${name}.`)) dropTable(schema, key, true);
  }
}

function dropTable(schema: Schema, key: string, cascade: boolean): void {
  const table = schema.tables.get(key);
  schema.tables.delete(key);
  for (const index of schema.indexesOf(key)) schema.indexes.delete(index.key);
  const parent = table?.parent == null ? undefined : schema.tables.get(table.parent);
  if (parent?.defaultPartition === key) parent.defaultPartition = null;
  if (!cascade) return;
  for (const view of schema.viewsOn(key)) dropTable(schema, view.key, true);
  for (const { table: other, constraint } of schema.referrers(key)) {
    other.constraints.delete(constraint.name);
  }
}

export function rename(schema: Schema, statement: RenameStmt): void {
  const { renameType: kind = '', newname = '', subname = '' } = statement;
  const table = schema.table(statement.relation);
  if (kind === 'OBJECT_COLUMN' && table !== undefined)
    renameColumn(schema, table, [subname, newname]);
  if (kind === 'OBJECT_TABCONSTRAINT' && table !== undefined) {
    rekey(table.constraints, subname, newname);
    rekey(schema.indexes, `${table.schema}.${subname}`, `${table.schema}.${newname}`);
  }
  if (kind === 'OBJECT_INDEX' && statement.relation !== undefined) {
    const key = schema.keyOf(statement.relation);
    rekey(schema.indexes, key, `${key.slice(0, key.indexOf('.'))}.${newname}`);
  }
  if (RELATIONS.includes(kind) && table !== undefined)
    move(schema, table, `${table.schema}.${newname}`);
  if (ROUTINES.includes(kind)) rekeyNamed(schema, schema.routines, statement.object, newname);
  if (kind === 'OBJECT_TYPE') rekeyNamed(schema, schema.types, statement.object, newname);
  if (kind === 'OBJECT_SCHEMA') {
    for (const one of [...schema.tables.values()]) {
      if (one.schema === subname) move(schema, one, `${newname}.${one.name}`);
    }
  }
}

export function setSchema(schema: Schema, statement: AlterObjectSchemaStmt): void {
  const table = schema.table(statement.relation);
  if (table !== undefined) move(schema, table, `${statement.newschema}.${table.name}`);
}

function renameColumn(schema: Schema, table: Table, [from, to]: [string, string]): void {
  const replaced = (names: string[]): string[] => names.map((name) => (name === from ? to : name));
  table.columns = new Map(
    [...table.columns].map(([name, column]) =>
      name === from ? [to, { ...column, name: to }] : [name, column],
    ),
  );
  for (const constraint of table.constraints.values()) {
    constraint.columns = replaced(constraint.columns);
    constraint.provesNotNull = replaced(constraint.provesNotNull);
  }
  for (const index of schema.indexesOf(table.key)) index.columns = replaced(index.columns);
  table.partitionKey = replaced(table.partitionKey);
}

/** A table under another key, with everything that refers to it by the old one. */
function move(schema: Schema, table: Table, key: string): void {
  const before = table.key;
  schema.tables.delete(before);
  const dot = key.indexOf('.');
  Object.assign(table, { key, schema: key.slice(0, dot), name: key.slice(dot + 1) });
  schema.tables.set(key, table);
  for (const index of schema.indexesOf(before)) index.table = key;
  for (const other of schema.tables.values()) {
    if (other.reads.delete(before)) other.reads.add(key);
    if (other.parent === before) other.parent = key;
    if (other.defaultPartition === before) other.defaultPartition = key;
    for (const constraint of other.constraints.values()) {
      if (constraint.references === before) constraint.references = key;
    }
  }
}

function rekeyNamed<T>(
  schema: Schema,
  known: Map<string, T>,
  object: Node | undefined,
  name: string,
): void {
  const key = schema.keyOfName(nameParts(object));
  rekey(known, key, `${key.slice(0, key.indexOf('.'))}.${name}`);
}

function rekey<T>(known: Map<string, T>, from: string, to: string): void {
  const value = known.get(from);
  if (value === undefined) return;
  known.delete(from);
  const renamed = to.slice(to.lastIndexOf('.') + 1);
  const moved = typeof value === 'object' && value !== null && 'name' in value;
  known.set(to, moved ? { ...value, name: renamed, ...('key' in value && { key: to }) } : value);
}
