import { type Entry, type MapTree, mapOf, type ScalarTree, type Tree } from '../text/tree.js';
import { slice } from '../text/traced.js';

// Lists that a later file adds to; every other list replaces the one before.
const APPENDED = [
  'ports',
  'expose',
  'volumes',
  'secrets',
  'configs',
  'tmpfs',
  'env_file',
  'cap_add',
  'cap_drop',
  'networks',
  'depends_on',
  'profiles',
  'security_opt',
];
const MAPPED = ['environment', 'labels', 'args', 'extra_hosts', 'sysctls'];

/** What compose makes of two files, the later one over the first. */
export function mergedCompose(base: Tree, over: Tree, key = ''): Tree {
  if (over.tag === '!override') return over;
  const [a, b] = MAPPED.includes(key) ? [asMap(base), asMap(over)] : [base, over];
  if (key === 'depends_on' || key === 'networks') {
    return mergedMaps(namesAsMap(base), namesAsMap(over));
  }
  if (a.kind === 'map' && b.kind === 'map') return mergedMaps(a, b);
  if (a.kind === 'list' && b.kind === 'list' && APPENDED.includes(key)) {
    return {
      ...a,
      items: key === 'volumes' ? mergedVolumes(a.items, b.items) : [...a.items, ...b.items],
    };
  }
  return b;
}

function mergedMaps(base: Tree, over: Tree): Tree {
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const before = base.entries.get(key);
    if (entry.value.tag === '!reset') entries.delete(key);
    else if (before === undefined) entries.set(key, entry);
    else entries.set(key, { ...entry, value: mergedCompose(before.value, entry.value, key) });
  }
  return { ...base, entries };
}

/** One volume for each path in the container. */
function mergedVolumes(base: readonly Tree[], over: readonly Tree[]): Tree[] {
  const paths = new Set(over.map(pathOf));
  return [...base.filter((one) => !paths.has(pathOf(one))), ...over];
}

function pathOf(volume: Tree): string {
  if (volume.kind === 'scalar') return volume.value.split(':')[1] ?? volume.value;
  const target = volume.kind === 'map' ? volume.entries.get('target')?.value : undefined;
  return target?.kind === 'scalar' ? target.value : '';
}

/** `- NAME=value` as `NAME: value`; a list keeps what it says twice in the rules that read the list itself. */
export function asMap(tree: Tree): Tree {
  if (tree.kind !== 'list') return tree;
  return mapOf(
    tree.place,
    tree.items.flatMap((item) => (item.kind === 'scalar' ? [pairOf(item)] : [])),
  );
}

/** A name without a value takes it from the shell. */
export function pairOf(item: ScalarTree): Entry {
  const at = item.value.indexOf('=');
  const key = at < 0 ? item.value : item.value.slice(0, at);
  const value: Tree =
    at < 0
      ? { ...item, type: 'null', value: '' }
      : { ...item, ...rest(item, at + 1), type: 'string' };
  return { key, keyPlace: item.place, value };
}

function rest(item: ScalarTree, from: number): Pick<ScalarTree, 'value' | 'origin' | 'place'> {
  const { value, origin } = slice(item, from);
  return { value, origin, place: origin(0) };
}

function namesAsMap(tree: Tree): MapTree {
  if (tree.kind === 'map') return tree;
  const items = tree.kind === 'list' ? tree.items : [];
  const entries = items.flatMap((item): Entry[] =>
    item.kind === 'scalar'
      ? [{ key: item.value, keyPlace: item.place, value: { ...item, type: 'null', value: '' } }]
      : [],
  );
  return mapOf(tree.place, entries);
}
