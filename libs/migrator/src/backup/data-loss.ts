import type { Statement } from '../sources/statements.js';

/** What a statement may take away for good. Names are as they are in the live database. */
export type Loss =
  | { kind: 'table'; table: TableName; how: string; cascade: boolean }
  | { kind: 'column'; table: TableName; column: string }
  | { kind: 'schema'; schema: string }
  | { kind: 'unknown'; why: string }
  /** Nothing at all is known about what is sent. */
  | { kind: 'opaque'; why: string };

export interface TableName {
  /** Undefined where the search path decides. */
  schema: string | undefined;
  name: string;
}

/** Words without which a script need not be parsed: what follows a RENAME is about the old table. */
export const MATTERS = /\b(drop|truncate|delete|rename)\b/i;
const MAY_LOSE = /\b(drop|truncate|delete)\b/i;

interface RangeVar {
  schemaname?: string;
  relname: string;
}

type Node = Record<string, unknown>;

/**
 * Reads out of parse trees which rows would be lost: DROP of tables, columns and schemas, TRUNCATE, and
 * DELETE wherever it stands in a statement. What runs inside a DO block is not known, so it counts.
 *
 * @param renames carries what earlier statements of the plan renamed from one call to the next
 */
export function lossesOf(statements: readonly Statement[], renames: Renames): Loss[] {
  return statements.flatMap(({ kind, node }) => {
    if (kind === 'RenameStmt') renames.note(node);
    return lossesIn(kind, node, renames);
  });
}

function lossesIn(kind: string, node: Node, renames: Renames): Loss[] {
  switch (kind) {
    case 'DropStmt':
      return dropped(node, renames);
    case 'AlterTableStmt':
      return droppedColumns(node, renames);
    case 'TruncateStmt':
      return truncated(node, renames);
    case 'DropOwnedStmt':
      return [{ kind: 'unknown', why: 'DROP OWNED' }];
    case 'DoStmt':
      return MAY_LOSE.test(JSON.stringify(node))
        ? [{ kind: 'unknown', why: 'a DO block that says DROP, TRUNCATE or DELETE' }]
        : [];
    case 'CreateFunctionStmt':
      return [];
    default:
      return deleted(kind, node, renames);
  }
}

const isCascade = ({ behavior }: Node): boolean => behavior === 'DROP_CASCADE';

function dropped(node: Node, renames: Renames): Loss[] {
  const objects = (node['objects'] ?? []) as Node[];
  const cascade = isCascade(node);
  switch (node['removeType']) {
    case 'OBJECT_TABLE':
      return objects.map((object) => ({
        kind: 'table',
        table: renames.original(tableOf(textsOf(object))),
        how: 'DROP TABLE',
        // It takes foreign keys and views of others with it, never their rows.
        cascade: false,
      }));
    case 'OBJECT_SCHEMA':
      return objects.map((object) => ({ kind: 'schema', schema: textsOf(object).at(-1) ?? '' }));
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
    case 'OBJECT_EXTENSION':
      return cascade
        ? [{ kind: 'unknown', why: 'DROP … CASCADE of a type takes columns with it' }]
        : [];
    default:
      return [];
  }
}

function droppedColumns(node: Node, renames: Renames): Loss[] {
  const table = rangeVar(node['relation']);
  const commands = (node['cmds'] ?? []) as {
    AlterTableCmd?: { subtype?: string; name?: string };
  }[];
  return commands.flatMap(({ AlterTableCmd: command }) => {
    if (command?.subtype !== 'AT_DropColumn' || table === null) return [];
    const column = renames.originalColumn(table, command.name ?? '');
    return [{ kind: 'column', table: renames.original(table), column } as const];
  });
}

function truncated(node: Node, renames: Renames): Loss[] {
  const relations = (node['relations'] ?? []) as { RangeVar?: RangeVar }[];
  return relations.flatMap(({ RangeVar: relation }) => {
    const table = rangeVar(relation);
    if (table === null) return [];
    const [original, cascade] = [renames.original(table), isCascade(node)];
    return [{ kind: 'table', table: original, how: 'TRUNCATE', cascade } as const];
  });
}

/** DELETE and MERGE … DELETE, also inside WITH, rules and prepared statements. */
function deleted(kind: string, node: Node, renames: Renames): Loss[] {
  const found: Loss[] = [];
  const note = (table: TableName | null): void => {
    if (table === null) return;
    found.push({ kind: 'table', table: renames.original(table), how: 'DELETE', cascade: false });
  };
  const walk = (name: string, part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    const { relation } = part as Node;
    if (name === 'DeleteStmt') note(rangeVar(relation));
    if (name === 'MergeStmt' && JSON.stringify(part).includes('CMD_DELETE'))
      note(rangeVar(relation));
    for (const [key, inner] of Object.entries(part)) walk(key, inner);
  };
  walk(kind, node);
  return found;
}

function rangeVar(node: unknown): TableName | null {
  const { schemaname, relname } = (node ?? {}) as Partial<RangeVar>;
  return relname === undefined ? null : { schema: schemaname, name: relname };
}

/** The parts of a name: one String, or a List of them. */
function textsOf(object: Node): string[] {
  const list = (object['List'] as { items: Node[] } | undefined)?.items ?? [object];
  return list.map((item) => (item['String'] as { sval: string } | undefined)?.sval ?? '');
}

function tableOf(parts: readonly string[]): TableName {
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

const keyOf = ({ schema = 'public', name }: TableName): string => `${schema}.${name}`;

/** What the statements before have renamed: the live database still has the old names. */
export class Renames {
  private readonly tables = new Map<string, TableName>();
  private readonly columns = new Map<string, string>();

  note(node: Node): void {
    const table = rangeVar(node['relation']);
    const to = node['newname'];
    if (table === null || typeof to !== 'string') return;
    if (node['renameType'] === 'OBJECT_TABLE') {
      this.tables.set(keyOf({ ...table, name: to }), this.original(table));
    }
    if (node['renameType'] === 'OBJECT_COLUMN') {
      const column = this.originalColumn(table, String(node['subname']));
      this.columns.set(`${keyOf(this.original(table))}.${to}`, column);
    }
  }

  original(table: TableName): TableName {
    return this.tables.get(keyOf(table)) ?? table;
  }

  originalColumn(table: TableName, column: string): string {
    return this.columns.get(`${keyOf(this.original(table))}.${column}`) ?? column;
  }
}
