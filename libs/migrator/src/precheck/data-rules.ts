import { quoteName } from '../sources/sql-quote.js';
import { splitStatements } from '../sources/statements.js';
import { SqlSlices } from './sql-slices.js';
import type { RangeVar } from '../sources/range-var.js';

/** A rule that pending statements will lay on rows which are there already. */
export type DataRule = { table: string; statement: number; written: boolean } & (
  | { kind: 'unique'; keys: string[]; where: string | null; nullsDistinct: boolean }
  | { kind: 'not-null'; columns: string[] }
  | { kind: 'foreign-key'; columns: string[]; parent: string; parentColumns: string[] }
  | { kind: 'check'; expression: string }
  | { kind: 'constraint'; name: string }
);

interface Text {
  String?: { sval: string };
}
interface Constraint {
  contype: string;
  conname?: string;
  indexname?: string;
  keys?: Text[];
  fk_attrs?: Text[];
  pk_attrs?: Text[];
  pktable?: RangeVar;
  skip_validation?: boolean;
  nulls_not_distinct?: boolean;
  location: number;
}
interface AlterCommand {
  subtype: string;
  name?: string;
  def?: { Constraint?: Constraint };
}
interface Index {
  unique?: boolean;
  relation: RangeVar;
  indexParams?: { IndexElem?: { name?: string } }[];
  nulls_not_distinct?: boolean;
  whereClause?: unknown;
}

const names = (texts: readonly Text[] = []): string[] =>
  texts.map(({ String }) => quoteName(String?.sval ?? ''));
const tableOf = ({ schemaname, relname }: RangeVar): string =>
  (schemaname === undefined ? [relname] : [schemaname, relname]).map(quoteName).join('.');

const WRITES = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/**
 * The rules in statements, in their order. A constraint that is NOT VALID is a rule once a later statement
 * validates it.
 *
 * @throws {MigrationRefused} SQL_SYNTAX
 */
export async function dataRules(statements: readonly string[]): Promise<DataRule[]> {
  const rules: DataRule[] = [];
  const postponed = new Map<string, DataRule>();
  const written = new Set<string>();
  for (const [statement, sql] of statements.entries()) {
    for (const { kind, node } of await splitStatements(sql, `statement ${statement + 1}`)) {
      const { relation } = node as { relation?: RangeVar };
      if (relation === undefined) continue;
      const table = tableOf(relation);
      if (WRITES.includes(kind)) written.add(table);
      const known = { table, statement, written: written.has(table) };
      const slices = await SqlSlices.of(sql);
      if (kind === 'IndexStmt') rules.push(...indexRules(node as never, known, slices));
      if (kind !== 'AlterTableStmt') continue;
      const { cmds = [] } = node as { cmds?: { AlterTableCmd?: AlterCommand }[] };
      for (const { AlterTableCmd: command } of cmds) {
        if (command !== undefined) rules.push(...alterRules(command, { known, slices, postponed }));
      }
    }
  }
  return rules;
}

type Known = Pick<DataRule, 'table' | 'statement' | 'written'>;

function indexRules(index: Index, known: Known, slices: SqlSlices): DataRule[] {
  if (index.unique !== true) return [];
  const written = slices.elements('on');
  const keys = (index.indexParams ?? []).map(({ IndexElem: element }, position) =>
    element?.name === undefined ? expressionIn(written[position] ?? '') : quoteName(element.name),
  );
  const where = index.whereClause === undefined ? null : slices.behind('where');
  const nullsDistinct = index.nulls_not_distinct !== true;
  return [{ ...known, kind: 'unique', keys, where, nullsDistinct }];
}

/** Without the order and operator class that may stand behind an expression. */
function expressionIn(element: string): string {
  return element.slice(0, element.lastIndexOf(')') + 1);
}

interface Place {
  known: Known;
  slices: SqlSlices;
  postponed: Map<string, DataRule>;
}

function alterRules({ subtype, name = '', def }: AlterCommand, place: Place): DataRule[] {
  const { known, postponed } = place;
  if (subtype === 'AT_SetNotNull') {
    return [{ ...known, kind: 'not-null', columns: [quoteName(name)] }];
  }
  if (subtype === 'AT_ValidateConstraint') {
    const earlier = postponed.get(`${known.table} ${name}`);
    return [
      earlier === undefined ? { ...known, kind: 'constraint', name } : { ...earlier, ...known },
    ];
  }
  const constraint = def?.Constraint;
  if (subtype !== 'AT_AddConstraint' || constraint === undefined) return [];
  const rules = constraintRules(constraint, place);
  if (constraint.skip_validation !== true) return rules;
  for (const rule of rules) postponed.set(`${known.table} ${constraint.conname}`, rule);
  return [];
}

function constraintRules(constraint: Constraint, { known, slices }: Place): DataRule[] {
  const { contype, keys, indexname, fk_attrs, pk_attrs, pktable, location } = constraint;
  if (contype === 'CONSTR_CHECK') {
    const expression = slices.inParentheses('check', location);
    return expression === null ? [] : [{ ...known, kind: 'check', expression }];
  }
  if (contype === 'CONSTR_FOREIGN' && pktable !== undefined) {
    const parent = tableOf(pktable);
    const columns = names(fk_attrs);
    return [{ ...known, kind: 'foreign-key', columns, parent, parentColumns: names(pk_attrs) }];
  }
  // An index that is there has seen to it already.
  if (indexname !== undefined || !['CONSTR_UNIQUE', 'CONSTR_PRIMARY'].includes(contype)) return [];
  const nullsDistinct = constraint.nulls_not_distinct !== true;
  const unique: DataRule = {
    ...known,
    kind: 'unique',
    keys: names(keys),
    where: null,
    nullsDistinct,
  };
  if (contype === 'CONSTR_UNIQUE') return [unique];
  return [unique, { ...known, kind: 'not-null', columns: names(keys) }];
}
