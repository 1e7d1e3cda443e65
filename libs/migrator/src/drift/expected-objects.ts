import { dotted } from '../catalogue/object-name.js';
import type { Migration } from '../sources/migration.js';
import { rehearse } from '../sources/rehearsal.js';
import { label } from '../sources/migration.js';
import { splitStatements, type Statement } from '../sources/statements.js';
import type { RangeVar } from '../sources/range-var.js';

/** Names of what migrations make, as far as their text tells. */
export interface ExpectedObjects {
  /** `public.users`. */
  tables: Set<string>;
  /** `public.users_email` → the table and columns that it needs. */
  indexes: Map<string, { table: string; columns: string[] }>;
}

// More than any migration of a schema sends.
const MOST_QUERIES = 10_000;

/**
 * Reads tables and indexes out of the SQL itself, without a server: for monitors, which have no shadow. What a DO
 * block or a function makes is not seen; so nobody may conclude that an object should not exist.
 */
export async function expectedObjects(migrations: readonly Migration[]): Promise<ExpectedObjects> {
  const objects: ExpectedObjects = { tables: new Set(), indexes: new Map() };
  for (const migration of migrations) {
    for (const statement of await statementsIn(migration)) follow(objects, statement);
  }
  return objects;
}

async function statementsIn(migration: Migration): Promise<Statement[]> {
  const { up } = migration;
  if (up.kind === 'sql') return splitStatements(up.sql, up.file);
  const rules = { mostQueries: MOST_QUERIES, takesParameters: true };
  const statements: Statement[] = [];
  for (const sql of (await rehearse(up, rules)) ?? []) {
    statements.push(...(await splitStatements(sql, label(migration))));
  }
  return statements;
}

interface Text {
  String?: { sval: string };
}
interface Constraint {
  contype: string;
  conname?: string;
  indexname?: string;
  keys?: Text[];
}
interface ColumnDef {
  colname: string;
  constraints?: { Constraint?: Constraint }[];
}
interface AlterCommand {
  subtype: string;
  name?: string;
  def?: { Constraint?: Constraint; ColumnDef?: ColumnDef };
}

const nameOf = ({ schemaname = 'public', relname }: RangeVar): string =>
  dotted(schemaname, relname);
const schemaOf = ({ schemaname = 'public' }: RangeVar): string => schemaname;

/** What each kind of statement does to the two lists. */
const RULES: Record<string, (objects: ExpectedObjects, node: never) => void> = {
  CreateStmt: (objects, node: { relation: RangeVar; tableElts?: Elements }) => {
    if (node.relation.relpersistence === 't') return;
    objects.tables.add(nameOf(node.relation));
    addElements(objects, node.relation, node.tableElts ?? []);
  },
  CreateTableAsStmt: (objects, node: { objtype: string; into: { rel: RangeVar } }) => {
    const { rel } = node.into;
    if (node.objtype === 'OBJECT_TABLE' && rel.relpersistence !== 't')
      objects.tables.add(nameOf(rel));
  },
  IndexStmt: (objects, node: { idxname?: string; relation: RangeVar; indexParams?: Elements }) => {
    const columns = (node.indexParams ?? []).map((one) => one.IndexElem?.name ?? 'expr');
    // A column inside an expression or a WHERE takes the index with it as well when it is dropped.
    const words = [...JSON.stringify(node).matchAll(/"sval":"((?:[^"\\]|\\.)*)"/g)];
    const needs = words.map(([, word]) => word ?? '');
    addIndex(objects, node.relation, { name: node.idxname, columns, needs, ending: 'idx' });
  },
  AlterTableStmt: (objects, node: { relation: RangeVar; cmds?: Elements }) => {
    for (const { AlterTableCmd } of node.cmds ?? []) {
      if (AlterTableCmd !== undefined) alter(objects, node.relation, AlterTableCmd);
    }
  },
  RenameStmt: (objects, node: { renameType: string; relation?: RangeVar; newname: string }) => {
    if (node.relation !== undefined) rename(objects, node.relation, node);
  },
  DropStmt: (objects, node: { removeType: string; objects?: DropTarget[] }) => {
    for (const target of node.objects ?? []) drop(objects, node.removeType, target);
  },
};

type Elements = {
  ColumnDef?: ColumnDef;
  Constraint?: Constraint;
  IndexElem?: { name?: string };
  AlterTableCmd?: AlterCommand;
}[];
interface DropTarget extends Text {
  List?: { items: Text[] };
}

function follow(objects: ExpectedObjects, { kind, node }: Statement): void {
  RULES[kind]?.(objects, node as never);
}

function addElements(objects: ExpectedObjects, table: RangeVar, elements: Elements): void {
  for (const { ColumnDef: column, Constraint: constraint } of elements) {
    if (constraint !== undefined) addConstraint(objects, table, constraint);
    for (const { Constraint: own } of column?.constraints ?? []) {
      const keys = [{ String: { sval: column?.colname ?? '' } }];
      if (own !== undefined) addConstraint(objects, table, { keys, ...own });
    }
  }
}

/** A primary key and a unique constraint each bring an index of their name. */
function addConstraint(objects: ExpectedObjects, table: RangeVar, constraint: Constraint): void {
  const { contype, conname, indexname, keys = [] } = constraint;
  if (contype !== 'CONSTR_PRIMARY' && contype !== 'CONSTR_UNIQUE') return;
  const columns = keys.map(({ String }) => String?.sval ?? '');
  if (indexname !== undefined) {
    renameIndex(
      objects,
      dotted(schemaOf(table), indexname),
      dotted(schemaOf(table), conname ?? indexname),
    );
    return;
  }
  const ending = contype === 'CONSTR_PRIMARY' ? 'pkey' : 'key';
  addIndex(objects, table, { name: conname, columns, ending });
}

// PostgreSQL shortens longer names by rules of its own.
const LONGEST_NAME = 63;

interface NewIndex {
  name: string | undefined;
  columns: string[];
  needs?: string[];
  ending: 'pkey' | 'key' | 'idx';
}

function addIndex(
  { indexes }: ExpectedObjects,
  table: RangeVar,
  { name, columns, needs = [], ending }: NewIndex,
): void {
  const parts = ending === 'pkey' ? [] : columns;
  const made = name ?? [table.relname, ...parts, ending].join('_');
  if (made.length > LONGEST_NAME) return;
  const free = (number: number): string => {
    const key = dotted(schemaOf(table), `${made}${number === 0 ? '' : number}`);
    return name === undefined && indexes.has(key) ? free(number + 1) : key;
  };
  indexes.set(free(0), { table: nameOf(table), columns: [...columns, ...needs] });
}

function alter(objects: ExpectedObjects, table: RangeVar, command: AlterCommand): void {
  const { subtype, name = '', def } = command;
  if (def !== undefined) addElements(objects, table, [def]);
  if (subtype === 'AT_DropConstraint') objects.indexes.delete(dotted(schemaOf(table), name));
  if (subtype !== 'AT_DropColumn') return;
  for (const [index, needs] of objects.indexes) {
    if (needs.table === nameOf(table) && needs.columns.includes(name))
      objects.indexes.delete(index);
  }
}

function rename(
  objects: ExpectedObjects,
  from: RangeVar,
  { renameType, newname }: { renameType: string; newname: string },
): void {
  const [before, after] = [nameOf(from), dotted(schemaOf(from), newname)];
  if (renameType === 'OBJECT_INDEX' || renameType === 'OBJECT_TABCONSTRAINT') {
    renameIndex(objects, before, after);
  }
  if (!objects.tables.has(before) || renameType !== 'OBJECT_TABLE') return;
  objects.tables.delete(before);
  objects.tables.add(after);
  for (const needs of objects.indexes.values()) if (needs.table === before) needs.table = after;
}

function renameIndex({ indexes }: ExpectedObjects, before: string, after: string): void {
  const needs = indexes.get(before);
  if (needs === undefined) return;
  indexes.delete(before);
  indexes.set(after, needs);
}

function drop(objects: ExpectedObjects, type: string, { List, String }: DropTarget): void {
  const names = (List?.items ?? []).map((item) => item.String?.sval ?? '');
  const key = dotted(names.at(-2) ?? 'public', names.at(-1) ?? '');
  if (type === 'OBJECT_INDEX') objects.indexes.delete(key);
  const isGone = (table: string): boolean =>
    type === 'OBJECT_SCHEMA' ? table.startsWith(`${dotted(String?.sval ?? '')}.`) : table === key;
  if (type !== 'OBJECT_TABLE' && type !== 'OBJECT_SCHEMA') return;
  for (const table of objects.tables) if (isGone(table)) objects.tables.delete(table);
  for (const [index, needs] of objects.indexes)
    if (isGone(needs.table)) objects.indexes.delete(index);
}
