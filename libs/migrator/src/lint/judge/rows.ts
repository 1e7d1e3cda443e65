import type {
  A_Expr,
  DeleteStmt,
  InsertStmt,
  MergeStmt,
  Node,
  UpdateStmt,
  RangeVar,
  SelectStmt,
} from 'libpg-query';
import type { Table } from '../schema/schema.js';
import { columnsIn, inner, nodesIn, relationsIn, tagged } from '../tree.js';
import type { Judgement, Live } from './judgement.js';

/** UPDATE, DELETE, MERGE and INSERT, wherever they stand in a statement (WITH x AS (DELETE …)). */
export function judgeRows(at: Judgement): void {
  const { kind, node } = at.statement;
  const all: [string, unknown][] = [[kind, node], ...nodesIn(node)];
  for (const [what, one] of all) {
    if (what === 'UpdateStmt') update(at, one as UpdateStmt);
    if (what === 'DeleteStmt') remove(at, one as DeleteStmt);
    if (what === 'MergeStmt') merge(at, one as MergeStmt);
    if (what === 'InsertStmt') insert(at, one as InsertStmt);
  }
}

function update(at: Judgement, node: UpdateStmt): void {
  const live = at.live(node.relation);
  if (live === null || isBounded(node.whereClause, live.table)) return;
  wrote(at, live);
  everyRow(at, live, { verb: 'UPDATE', where: node.whereClause });
}

function everyRow(
  at: Judgement,
  live: Live,
  what: { verb: string; where: Node | undefined },
): void {
  const all = what.where === undefined;
  at.report(all ? 'update-without-where' : 'unbatched-update', {
    message: `${what.verb} ${all ? 'writes every row' : 'writes nobody knows how many rows'} of ${live.name} in one transaction: they stay locked until it ends, and the table grows by as many dead ones.`,
    fix: `Write it in batches of some thousand rows, each in a transaction of its own: UPDATE ${live.name} SET … WHERE id IN (SELECT id FROM ${live.name} WHERE <not done yet> ORDER BY id LIMIT 5000 FOR UPDATE SKIP LOCKED); repeated by a job until none is left.`,
    tables: [live],
  });
}

function remove(at: Judgement, node: DeleteStmt): void {
  const live = at.live(node.relation);
  if (live === null || isBounded(node.whereClause, live.table)) return;
  wrote(at, live);
  const all = node.whereClause === undefined;
  at.report(all ? 'delete-without-where' : 'delete-rows', {
    message: `${all ? 'Every row' : 'Nobody knows how many rows'} of ${live.name} go in one transaction; a way back brings none of them.`,
    fix: `Keep what goes (INSERT INTO … SELECT, or a backup), and delete in batches: DELETE FROM ${live.name} WHERE id IN (SELECT id FROM ${live.name} WHERE … LIMIT 5000);`,
    tables: [live],
  });
}

function merge(at: Judgement, node: MergeStmt): void {
  const live = at.live(node.relation);
  if (live === null) return;
  const source = tagged(node.sourceRelation)[0];
  if (source === 'RangeSubselect' && relationsIn(node.sourceRelation).length === 0) return;
  wrote(at, live);
  everyRow(at, live, { verb: 'MERGE', where: node.joinCondition });
}

/** Rows written out are few; those that come from a live table may be many. */
function insert(at: Judgement, node: InsertStmt): void {
  if (node.selectStmt === undefined || 'valuesLists' in tagged(node.selectStmt)[1]) return;
  const sources = readBy(node.selectStmt).map((relation) => at.schema.keyOf(relation));
  const source = sources
    .map((key) => at.schema.tables.get(key))
    .find((table) => table && !table.isNew);
  if (source === undefined) return;
  if (isLimited(node.selectStmt)) return;
  const target = node.relation === undefined ? null : at.live(node.relation);
  const live = { key: source.key, name: source.name, table: source };
  wrote(at, target ?? live);
}

/** What stands in FROM, not in a condition: INSERT … SELECT 1 WHERE NOT EXISTS (…) writes one row. */
function readBy(select: Node | SelectStmt | undefined): RangeVar[] {
  if (select === undefined) return [];
  const one = inner<SelectStmt>(select as Node, 'SelectStmt') ?? (select as SelectStmt);
  const named = one.withClause === undefined ? [] : relationsIn(one.withClause);
  return [...relationsIn(one.fromClause), ...named, ...readBy(one.larg), ...readBy(one.rarg)];
}

function isLimited(select: Node): boolean {
  return 'limitCount' in tagged(select)[1];
}

/** Writing many rows while a live table is locked, in whichever order. */
function wrote(at: Judgement, live: Live): void {
  const { transaction, statement } = at;
  const held = transaction.blockedBefore(statement);
  if (transaction.transactional) {
    transaction.written ??= { table: live.key, line: statement.line, statement: statement.index };
  }
  if (held === null || !transaction.sayMixed()) return;
  at.report('mixed-ddl-dml', {
    message: `Line ${held.line} holds ${held.mode} until this transaction ends, so whoever waits for that table waits for every row that is written here as well.`,
    fix: `Three migrations: the ALTER; the rows, in batches; then the constraint.`,
    tables: [live],
  });
}

/** DDL after rows were written in the same transaction. */
export function judgeAfterRows(at: Judgement): void {
  const { transaction, statement } = at;
  const now = transaction.blockedNow(statement);
  if (now === null || transaction.written === null) return;
  if (transaction.written.statement === statement.index || !transaction.sayMixed()) return;
  at.report('mixed-ddl-dml', {
    message: `Line ${transaction.written.line} wrote rows in this transaction; ${now.mode} now waits for everybody who waits for those rows (a deadlock), and PostgreSQL refuses it while triggers are pending (55006).`,
    fix: `Put the rows and the ALTER into migrations of their own.`,
    tables: [{ key: transaction.written.table, name: transaction.written.table, table: undefined }],
  });
}

/** Does the WHERE name a few rows: by key, by a list, by a range of the key, or by a LIMIT? */
export function isBounded(where: Node | undefined, table: Table | undefined): boolean {
  if (where === undefined) return false;
  if ([...nodesIn(where)].some(([kind, node]) => kind === 'SelectStmt' && 'limitCount' in node)) {
    return true;
  }
  const keys = keyColumns(table);
  const parts = conjuncts(where).flatMap((part) => {
    const expression = inner<A_Expr>(part, 'A_Expr');
    return expression === undefined ? [] : [expression];
  });
  const fixed = new Set(
    parts
      .filter(
        (part) =>
          isFixed(part) && relationsIn(part).length === 0 && columnsIn(part.rexpr).size === 0,
      )
      .flatMap((part) => [...columnsIn(part.lexpr)]),
  );
  return keys.some((key) => key.every((column) => fixed.has(column)));
}

function conjuncts(where: Node): Node[] {
  const all = inner<{ boolop?: string; args?: Node[] }>(where, 'BoolExpr');
  return all?.boolop === 'AND_EXPR' ? (all.args ?? []).flatMap(conjuncts) : [where];
}

function isFixed({ kind, name }: A_Expr): boolean {
  if (kind === 'AEXPR_IN' || kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_OP_ANY') return true;
  return kind === 'AEXPR_OP' && JSON.stringify(name).includes('"="');
}

function keyColumns(table: Table | undefined): string[][] {
  const keys = [...(table?.constraints.values() ?? [])]
    .filter(({ kind }) => kind === 'primary' || kind === 'unique')
    .map(({ columns }) => columns);
  return [...keys, ['id']];
}
