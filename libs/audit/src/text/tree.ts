import type { Place } from '../model.js';
import type { Traced } from './traced.js';

/** A YAML document without anchors, aliases and tags: what it says, and where. */
export type Tree = MapTree | ListTree | ScalarTree;

export interface Entry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: Tree;
}

export interface MapTree {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly tag?: string | undefined;
}

export interface ListTree {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Tree[];
  readonly tag?: string | undefined;
}

export interface ScalarTree extends Traced {
  readonly kind: 'scalar';
  readonly type: 'string' | 'number' | 'boolean' | 'null';
  /** Compose's `!reset` and `!override` change what another file said. */
  readonly tag?: string | undefined;
}

/** What stands under the keys, one after the other; undefined when one of them is missing. */
export function get(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  let at = tree;
  for (const key of path) {
    if (at?.kind !== 'map') return undefined;
    at = at.entries.get(key)?.value;
  }
  return at;
}

/** The scalar under the keys; null is nothing. */
export function textAt(tree: Tree | undefined, ...path: readonly string[]): ScalarTree | null {
  const found = get(tree, ...path);
  return found?.kind === 'scalar' && found.type !== 'null' ? found : null;
}

export function valueAt(tree: Tree | undefined, ...path: readonly string[]): string | undefined {
  return textAt(tree, ...path)?.value;
}

export function isTrue(tree: Tree | undefined, ...path: readonly string[]): boolean {
  return valueAt(tree, ...path) === 'true';
}

export function itemsAt(tree: Tree | undefined, ...path: readonly string[]): readonly Tree[] {
  const found = get(tree, ...path);
  return found?.kind === 'list' ? found.items : [];
}

export function entriesAt(tree: Tree | undefined, ...path: readonly string[]): Entry[] {
  const found = get(tree, ...path);
  return found?.kind === 'map' ? [...found.entries.values()] : [];
}

/** A list of scalars; a single scalar is a list of one. */
export function textsAt(tree: Tree | undefined, ...path: readonly string[]): ScalarTree[] {
  const found = get(tree, ...path);
  if (found?.kind === 'scalar') return found.type === 'null' ? [] : [found];
  return itemsAt(found).filter((item) => item.kind === 'scalar');
}

/** Where a key stands, or else what it was looked for in. */
export function keyPlaceAt(tree: Tree, ...path: readonly string[]): Place {
  const parent = get(tree, ...path.slice(0, -1));
  const last = path.at(-1);
  if (parent?.kind !== 'map' || last === undefined) return tree.place;
  return parent.entries.get(last)?.keyPlace ?? parent.place;
}

export function mapOf(place: Place, entries: readonly Entry[]): MapTree {
  return { kind: 'map', place, entries: new Map(entries.map((entry) => [entry.key, entry])) };
}
