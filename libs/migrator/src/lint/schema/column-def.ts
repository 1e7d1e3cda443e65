import type { ColumnDef, Constraint as ConstraintNode, Node, TypeName } from 'libpg-query';
import { inner, strings, tagged } from '../tree.js';
import type { Column, TypeRef } from './schema.js';

const SERIAL = new Set(['serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8']);

/** pg_catalog is left out, as people do. */
export function typeOf(type: TypeName | undefined): TypeRef {
  const names = strings(type?.names);
  if (names[0] === 'pg_catalog') names.shift();
  const mods = (type?.typmods ?? []).map((node) => {
    const value = inner<{ ival?: { ival?: number } }>(node, 'A_Const');
    return value?.ival === undefined ? -1 : (value.ival.ival ?? 0);
  });
  return { name: names.join('.'), mods, array: (type?.arrayBounds?.length ?? 0) > 0 };
}

export function isSerial({ name }: TypeRef): boolean {
  return SERIAL.has(name);
}

/** As a person writes it. */
export function shownType({ name, mods, array }: TypeRef): string {
  const usual: Record<string, string> = {
    int4: 'integer',
    int8: 'bigint',
    int2: 'smallint',
    bpchar: 'char',
    float8: 'double precision',
    float4: 'real',
    bool: 'boolean',
  };
  const size = mods.length > 0 ? `(${mods.join(',')})` : '';
  return `${usual[name] ?? name}${size}${array ? '[]' : ''}`;
}

/** The constraints that stand within a column's own definition. */
export function constraintsOf(definition: ColumnDef): ConstraintNode[] {
  return (definition.constraints ?? []).flatMap((node) => {
    const constraint = inner<ConstraintNode>(node, 'Constraint');
    return constraint === undefined ? [] : [constraint];
  });
}

export function columnOf(definition: ColumnDef): Column {
  const type = typeOf(definition.typeName);
  const constraints = constraintsOf(definition);
  const has = (kind: ConstraintNode['contype']): boolean =>
    constraints.some(({ contype }) => contype === kind);
  const generated = constraints.find(({ contype }) => contype === 'CONSTR_GENERATED');
  const serial = isSerial(type);
  const identity = has('CONSTR_IDENTITY');
  return {
    name: definition.colname ?? '',
    type,
    notNull: serial || identity || has('CONSTR_NOTNULL') || has('CONSTR_PRIMARY'),
    hasDefault: serial || defaultOf(constraints) !== null,
    generated:
      generated === undefined ? null : generated.generated_kind === 's' ? 'stored' : 'virtual',
    identity,
  };
}

/** The default's expression; null for none, and for DEFAULT NULL, which is none. */
export function defaultOf(constraints: readonly ConstraintNode[]): Node | null {
  const value = constraints.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.raw_expr;
  return value === undefined || isNull(value) ? null : value;
}

function isNull(node: Node): boolean {
  const [kind, value] = tagged(node);
  if (kind === 'TypeCast') return isNull(value['arg'] as Node);
  return kind === 'A_Const' && value['isnull'] === true;
}
