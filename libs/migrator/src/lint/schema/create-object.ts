import type {
  CompositeTypeStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateFunctionStmt,
  CreatePolicyStmt,
  CreateSeqStmt,
  CreateTableAsStmt,
  DefElem,
  IndexElem,
  IndexStmt,
  ResTarget,
  SelectStmt,
  ViewStmt,
} from 'libpg-query';
import { columnsIn, inner, relationsIn, strings, tagged } from '../tree.js';
import { emptyTable, type Schema, type Table } from './schema.js';

export function createView(schema: Schema, { view, query }: ViewStmt, isNew: boolean): void {
  if (view === undefined) return;
  const key = schema.keyOf(view);
  const before = schema.tables.get(key);
  schema.tables.set(key, reading(emptyTable(key, 'view', before?.isNew ?? isNew), schema, query));
}

/** CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW. */
export function createTableAs(schema: Schema, statement: CreateTableAsStmt, isNew: boolean): void {
  const relation = statement.into?.rel;
  if (relation === undefined) return;
  const key = schema.keyOf(relation);
  if (schema.tables.has(key)) return;
  const matview = statement.objtype === 'OBJECT_MATVIEW';
  const temporary = relation.relpersistence === 't';
  const kind = matview ? 'matview' : temporary ? 'temporary' : 'table';
  const table = emptyTable(key, kind, isNew || temporary);
  schema.tables.set(key, matview ? reading(table, schema, statement.query) : table);
}

function reading(view: Table, schema: Schema, query: unknown): Table {
  for (const relation of relationsIn(query)) view.reads.add(schema.keyOf(relation));
  view.speaksOf = columnsIn(query);
  const select = inner<SelectStmt>(query as never, 'SelectStmt');
  for (const target of select?.targetList ?? []) {
    const named = inner<ResTarget>(target, 'ResTarget');
    const name = named?.name ?? [...columnsIn(named?.val)].at(-1);
    if (name !== undefined && name !== '*') view.columns.set(name, anyColumn(name));
  }
  return view;
}

const anyColumn = (name: string) => ({
  name,
  type: { name: '', mods: [], array: false },
  notNull: false,
  hasDefault: false,
  generated: null,
  identity: false,
});

export function createIndex(schema: Schema, statement: IndexStmt): void {
  const table = statement.relation === undefined ? undefined : schema.keyOf(statement.relation);
  if (table === undefined) return;
  const columns = indexColumns(statement);
  const owner = table.slice(0, table.indexOf('.'));
  const name =
    statement.idxname ??
    `${table.slice(owner.length + 1)}_${columns.map((column) => column || 'expr').join('_')}_idx`;
  const key = `${owner}.${name}`;
  if (schema.indexes.has(key)) return;
  schema.indexes.set(key, {
    key,
    name,
    table,
    unique: statement.unique === true,
    columns,
    plain: statement.whereClause === undefined && !columns.includes(''),
    concurrent: statement.concurrent === true,
    constraint: null,
  });
}

/** The key columns; '' for an expression. */
export function indexColumns({ indexParams }: IndexStmt): string[] {
  return (indexParams ?? []).map((param) => inner<IndexElem>(param, 'IndexElem')?.name ?? '');
}

export function createRoutine(schema: Schema, statement: CreateFunctionStmt, isNew: boolean): void {
  const key = schema.keyOfName(strings(statement.funcname));
  const option = (name: string): DefElem | undefined =>
    (statement.options ?? [])
      .map((node) => inner<DefElem>(node, 'DefElem'))
      .find((element) => element?.defname === name);
  const body = tagged(option('as')?.arg)[1]['items'];
  const volatility = strings([option('volatility')?.arg as never])[0];
  schema.routines.set(key, {
    name: key,
    body: strings(body as never).join('\n') || JSON.stringify(statement.sql_body ?? ''),
    volatile: volatility !== 'stable' && volatility !== 'immutable',
    isNew: schema.routines.get(key)?.isNew ?? isNew,
  });
}

export function createType(
  schema: Schema,
  statement: CreateEnumStmt & CompositeTypeStmt,
  isNew: boolean,
): void {
  const key =
    statement.typevar === undefined
      ? schema.keyOfName(strings(statement.typeName))
      : schema.keyOf(statement.typevar);
  schema.types.set(key, { isNew, enum: statement.typevar === undefined });
}

export function createDomain(schema: Schema, statement: CreateDomainStmt, isNew: boolean): void {
  const constrained = (statement.constraints ?? []).some((node) =>
    ['CONSTR_CHECK', 'CONSTR_NOTNULL'].includes(String(tagged(node)[1]['contype'])),
  );
  const key = schema.keyOfName(strings(statement.domainname));
  schema.domains.set(key, { isNew, constrained, notValid: new Set() });
}

export function createSequence(schema: Schema, { sequence }: CreateSeqStmt, isNew: boolean): void {
  if (sequence !== undefined) schema.sequences.set(schema.keyOf(sequence), { isNew });
}

export function createPolicy(schema: Schema, { table }: CreatePolicyStmt): void {
  const known = schema.table(table);
  if (known !== undefined) known.policies += 1;
}
