import { canonicalJson, type Json } from './canonical.js';
import type { Catalogue } from './catalogue.js';

/** One object that is not as it should be. */
export interface Difference {
  /** `missing`: expected, not there. `unexpected`: there, not expected. */
  kind: 'missing' | 'unexpected' | 'changed';
  /** `column public.users.email`. */
  object: string;
  /** What it should be; undefined for `unexpected`. */
  expected?: Json;
  /** What it is; undefined for `missing`. */
  actual?: Json;
  /** One sentence for people. */
  detail: string;
}

/**
 * Every object in which two schemas differ, sorted by name. What is missing or unexpected with a whole table is
 * told by the table alone: its columns, constraints and grants add nothing.
 */
export function compareCatalogues(expected: Catalogue, actual: Catalogue): Difference[] {
  const objects = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
  const differences = objects.flatMap((object): Difference[] => {
    const [should, is] = [expected[object], actual[object]];
    if (should === undefined && is !== undefined) {
      return [{ kind: 'unexpected', object, actual: is, detail: `${object} should not exist` }];
    }
    if (should !== undefined && is === undefined) {
      return [{ kind: 'missing', object, expected: should, detail: `${object} is missing` }];
    }
    if (should === undefined || is === undefined) return [];
    if (canonicalJson(should) === canonicalJson(is)) return [];
    const detail = `${object}: ${propertiesIn(should, is)}`;
    return [{ kind: 'changed', object, expected: should, actual: is, detail }];
  });
  return withoutParts(differences);
}

function propertiesIn(should: Record<string, Json>, is: Record<string, Json>): string {
  const names = [...new Set([...Object.keys(should), ...Object.keys(is)])].sort();
  return names
    .filter((name) => canonicalJson(should[name] ?? null) !== canonicalJson(is[name] ?? null))
    .map((name) => `${name} should be ${shown(should[name])}, is ${shown(is[name])}`)
    .join('; ');
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'none';
  return typeof value === 'string' ? value : canonicalJson(value);
}

const TABLE = /^(?:foreign )?table (.+)$/;

function withoutParts(differences: readonly Difference[]): Difference[] {
  const whole = differences.filter(({ kind }) => kind !== 'changed');
  const tables = whole.flatMap(({ kind, object }) => {
    const [, table] = TABLE.exec(object) ?? [];
    return table === undefined ? [] : [{ kind, table }];
  });
  const isPart = (one: Difference): boolean =>
    whole.some(({ kind, object }) => kind === one.kind && isGrantOn(object, one.object)) ||
    tables.some(({ kind, table }) => kind === one.kind && belongsTo(table, one));
  return differences.filter((difference) => !isPart(difference));
}

function isGrantOn(object: string, grant: string): boolean {
  return grant.startsWith(`grant on ${object} to `);
}

const PARTS = ['column', 'constraint', 'trigger', 'policy', 'rule'];

function belongsTo(table: string, { object, expected, actual }: Difference): boolean {
  const { table: of, ownedBy } = (expected ?? actual) as Record<string, Json>;
  if (of === table) return true;
  if (typeof ownedBy === 'string' && ownedBy.startsWith(`${table}.`)) return true;
  const subject = object.replace(/^grant on /, '');
  return PARTS.some((part) => subject.startsWith(`${part} ${table}.`));
}
