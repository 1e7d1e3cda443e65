import type { Statement } from '../sources/statements.js';
import { type RangeVar, rangeVar, type Renames, type TableName } from './renames.js';

/** What a statement may take away for good. Names are as they are in the live database. */
export type Loss =
  | { kind: 'table'; table: TableName; how: string; cascade: boolean }
  | { kind: 'column'; table: TableName; column: string }
  | { kind: 'schema'; schema: string }
  | { kind: 'unknown'; why: string }
  /** Nothing at all is known about what is sent. */
  | { kind: 'opaque'; why: string };

/** Words without which a script need not be parsed: what follows a RENAME or SET SCHEMA is about the old table. */
export const MATTERS = /\b(drop|truncate|delete|rename|schema|search_path)\b/i;
const MAY_LOSE = /\b(drop|truncate|delete)\b/i;

type Node = Record<string, unknown>;

/**
 * Reads out of parse trees which rows would be lost: DROP of tables, columns and schemas, TRUNCATE, and
 * DELETE wherever it stands in a statement. What runs inside a DO block is not known, so it counts.
 *
 * @param statements of one migration, which begins with a search path of its own
 * @param renames carries what earlier statements of the plan renamed from one call to the next
 */
export function lossesOf(statements: readonly Statement[], renames: Renames): Loss[] {
  let path: readonly string[] = [];
  return statements.flatMap(({ kind, node }) => {
    renames.note(kind, node);
    if (kind === 'VariableSetStmt') path = searchPath(node) ?? path;
    return lossesIn(kind, node, renames).flatMap((loss) => inPath(loss, path));
  });
}

/** What SET search_path names; none for its default; undefined for another setting. */
function searchPath(node: Node): string[] | undefined {
  if (node['kind'] === 'VAR_RESET_ALL') return [];
  if (node['name'] !== 'search_path') return undefined;
  const args = (node['args'] ?? []) as { A_Const?: { sval?: { sval?: string } } }[];
  return args.map(({ A_Const: constant }) => constant?.sval?.sval ?? '');
}

/** A name without a schema is in one of the path: wherever such a table has rows, they may be meant. */
function inPath(loss: Loss, path: readonly string[]): Loss[] {
  if (!('table' in loss) || loss.table.schema !== undefined || path.length === 0) return [loss];
  return path.map((schema) => ({ ...loss, table: { ...loss.table, schema } }));
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
      return objects.map((object) => ({
        kind: 'schema',
        schema: renames.originalSchema(textsOf(object).at(-1) ?? ''),
      }));
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
  return commands.flatMap(({ AlterTableCmd: command }): Loss[] => {
    if (command?.subtype !== 'AT_DropColumn' || table === null) return [];
    if (node['objtype'] === 'OBJECT_TYPE') {
      return [{ kind: 'unknown', why: 'ALTER TYPE … DROP ATTRIBUTE takes it out of every row' }];
    }
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

/** The parts of a name: one String, or a List of them. */
function textsOf(object: Node): string[] {
  const list = (object['List'] as { items: Node[] } | undefined)?.items ?? [object];
  return list.map((item) => (item['String'] as { sval: string } | undefined)?.sval ?? '');
}

function tableOf(parts: readonly string[]): TableName {
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}
