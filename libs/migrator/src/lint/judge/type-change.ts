import type { Node } from 'libpg-query';
import { typeOf } from '../schema/column-def.js';
import type { Schema, TypeRef } from '../schema/schema.js';
import { inner, strings, tagged } from '../tree.js';

export interface TypeChange {
  /** What happens to the table: nothing, an index or check is made anew, or every row. */
  effect: 'none' | 'scan' | 'rewrite' | 'time zone';
  /** Some values of the old type do not fit. */
  narrows: boolean;
}

const TEXTS = ['varchar', 'text'];
const WHOLE = ['int2', 'int4', 'int8'];
const TIMES = ['timestamp', 'timestamptz', 'time', 'timetz', 'interval'];
// Binary coercible, but with operators of its own: indexes are made anew.
const LOOKALIKE = ['citext'];

/** What ALTER COLUMN TYPE does, from the two types alone. */
export function typeChange(from: TypeRef, to: TypeRef, schema: Schema): TypeChange {
  const target = schema.domains.get(schema.keyOfName(to.name.split('.')));
  if (target?.constrained === true) return { effect: 'rewrite', narrows: false };
  const narrows = isNarrower(from, to);
  if (same(from, to)) return { effect: 'none', narrows: false };
  if (from.array || to.array) return { effect: 'rewrite', narrows };
  return { effect: effectOf(from, to), narrows };
}

function effectOf(from: TypeRef, to: TypeRef): TypeChange['effect'] {
  const [a, b] = [from.mods, to.mods];
  if (TEXTS.includes(from.name) && TEXTS.includes(to.name))
    return grows(lengthOf(from), lengthOf(to));
  if (TEXTS.includes(from.name) && LOOKALIKE.includes(to.name)) return 'scan';
  if (LOOKALIKE.includes(from.name) && TEXTS.includes(to.name)) {
    return to.mods.length === 0 ? 'scan' : 'rewrite';
  }
  if (from.name === 'cidr' && to.name === 'inet') return 'none';
  if (from.name === 'xml' && TEXTS.includes(to.name) && b.length === 0) return 'none';
  if (from.name === 'timestamp' && to.name === 'timestamptz') return zone(from, to);
  if (from.name === 'timestamptz' && to.name === 'timestamp') return zone(from, to);
  if (from.name !== to.name) return 'rewrite';
  if (from.name === 'numeric') {
    if (b.length === 0) return 'none';
    return a.length > 0 && (a[1] ?? 0) === (b[1] ?? 0) ? grows(a[0], b[0]) : 'rewrite';
  }
  if (TIMES.includes(from.name) || from.name === 'varbit') return grows(a.at(-1), b.at(-1));
  return 'rewrite';
}

const zone = (from: TypeRef, to: TypeRef): TypeChange['effect'] =>
  grows(from.mods[0], to.mods[0]) === 'none' ? 'time zone' : 'rewrite';

const lengthOf = ({ name, mods }: TypeRef): number | undefined =>
  name === 'text' ? undefined : mods[0];

/** Without a limit everything fits. */
function grows(from: number | undefined, to: number | undefined): 'none' | 'rewrite' {
  if (to === undefined) return 'none';
  return from !== undefined && from <= to ? 'none' : 'rewrite';
}

function same(from: TypeRef, to: TypeRef): boolean {
  return from.name === to.name && from.array === to.array && from.mods.join() === to.mods.join();
}

function isNarrower(from: TypeRef, to: TypeRef): boolean {
  const [a, b] = [from.mods, to.mods];
  const text = [...TEXTS, 'bpchar', 'citext'];
  if (text.includes(to.name)) {
    if (!text.includes(from.name)) return false;
    return grows(lengthOf(from), lengthOf(to)) === 'rewrite';
  }
  if (text.includes(from.name)) return true;
  if (WHOLE.includes(from.name) && WHOLE.includes(to.name)) {
    return WHOLE.indexOf(to.name) < WHOLE.indexOf(from.name);
  }
  if (['numeric', 'float8', 'float4'].includes(from.name)) {
    if (WHOLE.includes(to.name) || (from.name === 'float8' && to.name === 'float4')) return true;
    if (from.name !== 'numeric' || to.name !== 'numeric' || b.length === 0) return false;
    if (a.length === 0) return true;
    const [left, right] = [(a[0] ?? 0) - (a[1] ?? 0), (b[0] ?? 0) - (b[1] ?? 0)];
    return right < left || (b[1] ?? 0) < (a[1] ?? 0);
  }
  if (from.name.startsWith('timestamp') && ['date', 'time', 'timetz'].includes(to.name))
    return true;
  if (TIMES.includes(from.name) && from.name === to.name)
    return grows(a.at(-1), b.at(-1)) !== 'none';
  return from.name === 'jsonb' ? to.name !== 'json' : from.name === 'inet' && to.name === 'cidr';
}

/** `USING col` and `USING col::type` say what happens anyway. */
export function isPlainUsing(using: Node | undefined, column: string, to: TypeRef): boolean {
  if (using === undefined) return true;
  const [kind, value] = tagged(using);
  if (kind === 'ColumnRef') return strings(value['fields'] as Node[]).at(-1) === column;
  if (kind !== 'TypeCast') return false;
  const cast = inner<{ typeName?: never; arg?: Node }>(using, 'TypeCast');
  return same(typeOf(cast?.typeName), to) && isPlainUsing(cast?.arg, column, to);
}
