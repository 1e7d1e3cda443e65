import type { BoolExpr, Constraint as ConstraintNode, Node, NullTest } from 'libpg-query';
import { columnsIn, inner, strings, tagged } from '../tree.js';
import type { Constraint, Schema, Table } from './schema.js';

const KINDS: Partial<Record<NonNullable<ConstraintNode['contype']>, Constraint['kind']>> = {
  CONSTR_PRIMARY: 'primary',
  CONSTR_UNIQUE: 'unique',
  CONSTR_CHECK: 'check',
  CONSTR_FOREIGN: 'foreign',
  CONSTR_EXCLUSION: 'exclusion',
  CONSTR_NOTNULL: 'notnull',
};
const SUFFIX: Record<Constraint['kind'], string> = {
  primary: 'pkey',
  unique: 'key',
  check: 'check',
  foreign: 'fkey',
  exclusion: 'excl',
  notnull: 'not_null',
};

/** What a constraint of the grammar is in the model; null for DEFAULT and its kind. */
export function constraintOf(
  node: ConstraintNode,
  at: { schema: Schema; table: Table; column?: string | undefined },
): Constraint | null {
  const kind = KINDS[node.contype ?? 'CONSTR_NULL'];
  if (kind === undefined) return null;
  const columns = columnsOf(node, kind, at);
  return {
    name: node.conname ?? generatedName(at.table, columns, kind),
    kind,
    columns,
    // NOT ENFORCED is never checked, so it proves as little as NOT VALID.
    validated: node.skip_validation !== true && !isUnenforced(node),
    references: node.pktable === undefined ? null : at.schema.keyOf(node.pktable),
    provesNotNull: kind === 'check' && !isUnenforced(node) ? provenNotNull(node.raw_expr) : [],
  };
}

/** `NOT ENFORCED`: written out for checks and foreign keys, which are enforced otherwise. */
export function isUnenforced(node: ConstraintNode): boolean {
  const enforceable = node.contype === 'CONSTR_CHECK' || node.contype === 'CONSTR_FOREIGN';
  return enforceable && node.is_enforced !== true;
}

function columnsOf(
  node: ConstraintNode,
  kind: Constraint['kind'],
  { schema, table, column }: { schema: Schema; table: Table; column?: string | undefined },
): string[] {
  if (column !== undefined) return [column];
  if (kind === 'foreign') return strings(node.fk_attrs);
  if (kind === 'check') return [...columnsIn(node.raw_expr)];
  if (node.indexname !== undefined) {
    return schema.indexes.get(`${table.schema}.${node.indexname}`)?.columns ?? [];
  }
  return strings(node.keys);
}

/** As PostgreSQL's ChooseConstraintName makes it; long names are cut there, which is left out here. */
function generatedName(table: Table, columns: readonly string[], kind: Constraint['kind']): string {
  const middle = kind === 'primary' ? '' : `_${columns.join('_')}`;
  const single = kind === 'check' && columns.length > 1 ? '' : middle;
  const base = `${table.name}${single}_${SUFFIX[kind]}`;
  for (let number = 0; ; number += 1) {
    const name = number === 0 ? base : `${base}${number}`;
    if (!table.constraints.has(name)) return name;
  }
}

/** The columns that `x IS NOT NULL`, alone or in an AND, proves: what PostgreSQL itself understands. */
export function provenNotNull(expression: Node | undefined): string[] {
  const [kind] = tagged(expression);
  if (kind === 'NullTest') {
    const test = inner<NullTest>(expression, 'NullTest');
    return test?.nulltesttype === 'IS_NOT_NULL' ? [...columnsIn(test.arg)] : [];
  }
  const all = inner<BoolExpr>(expression, 'BoolExpr');
  return all?.boolop === 'AND_EXPR' ? (all.args ?? []).flatMap((arg) => provenNotNull(arg)) : [];
}

/** Is there a validated CHECK or NOT NULL constraint that proves the column? */
export function isProvenNotNull(table: Table, column: string): boolean {
  return [...table.constraints.values()].some(
    ({ validated, provesNotNull, kind, columns }) =>
      validated &&
      (provesNotNull.includes(column) || (kind === 'notnull' && columns.includes(column))),
  );
}
