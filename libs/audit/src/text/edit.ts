import {
  type Entry,
  type ListTree,
  type MapTree,
  type ScalarTree,
  type Tree,
  valueAt,
} from './tree.js';

// How Kubernetes tells the items of these lists apart; every other list is replaced as a whole.
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  volumes: 'name',
  env: 'name',
  imagePullSecrets: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
};

/** Kubernetes' strategic merge: the patch wins, `null` and `$patch: delete` take away. */
export function strategicMerge(base: Tree, patch: Tree, key = ''): Tree {
  if (base.kind === 'map' && patch.kind === 'map') return mergedMaps(base, patch);
  if (base.kind === 'list' && patch.kind === 'list') return mergedLists(base, patch, key);
  return patch;
}

function mergedMaps(base: MapTree, patch: MapTree): Tree {
  if (valueAt(patch, '$patch') === 'replace') return without(patch, '$patch');
  const entries = new Map(base.entries);
  for (const [key, entry] of patch.entries) {
    const before = base.entries.get(key);
    if (isNothing(entry.value) || valueAt(entry.value, '$patch') === 'delete') entries.delete(key);
    else if (before === undefined) entries.set(key, entry);
    else entries.set(key, { ...entry, value: strategicMerge(before.value, entry.value, key) });
  }
  return { ...base, entries };
}

function mergedLists(base: ListTree, patch: ListTree, key: string): Tree {
  const by = MERGE_KEYS[key];
  if (by === undefined || patch.items.some((item) => valueAt(item, by) === undefined)) return patch;
  const items = [...base.items];
  for (const item of patch.items) {
    const at = items.findIndex((one) => valueAt(one, by) === valueAt(item, by));
    const before = items[at];
    if (before === undefined) items.push(item);
    else if (valueAt(item, '$patch') === 'delete') items.splice(at, 1);
    else items[at] = strategicMerge(before, item);
  }
  return { ...base, items };
}

function without(tree: MapTree, key: string): MapTree {
  return { ...tree, entries: new Map([...tree.entries].filter(([name]) => name !== key)) };
}

function isNothing(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.type === 'null';
}

/** The path of an RFC 6901 pointer. */
export function pointerPath(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * The tree with something else at the path, or without what is there; null when the path leads nowhere. An
 * `add` to a list pushes the others back, `-` is its end.
 */
export function edited(
  tree: Tree,
  path: readonly string[],
  value: Tree | null,
  op: 'add' | 'replace' | 'remove',
): Tree | null {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (tree.kind === 'map') {
    const entry = tree.entries.get(key);
    if (entry === undefined && (rest.length > 0 || op !== 'add')) return null;
    const inner = rest.length === 0 ? value : edited((entry as Entry).value, rest, value, op);
    const entries = new Map(tree.entries);
    if (inner === null) {
      if (rest.length > 0) return null;
      entries.delete(key);
    } else entries.set(key, { key, keyPlace: entry?.keyPlace ?? inner.place, value: inner });
    return { ...tree, entries };
  }
  return tree.kind === 'list' ? editedList(tree, path, value, op) : null;
}

function editedList(
  tree: ListTree,
  [key = '', ...rest]: readonly string[],
  value: Tree | null,
  op: 'add' | 'replace' | 'remove',
): Tree | null {
  const at = key === '-' ? tree.items.length : Number(key);
  const item = tree.items[at];
  const adds = op === 'add' && rest.length === 0 && value !== null;
  if (!/^(?:-|\d{1,6})$/.test(key) || (item === undefined && !adds)) return null;
  const items = [...tree.items];
  if (adds) items.splice(at, 0, value);
  else if (rest.length > 0 && item !== undefined) {
    const inner = edited(item, rest, value, op);
    if (inner === null) return null;
    items[at] = inner;
  } else if (value === null) items.splice(at, 1);
  else items[at] = value;
  return { ...tree, items };
}

/** The tree with every scalar made anew. */
export function mapScalars(tree: Tree, change: (scalar: ScalarTree) => Tree): Tree {
  if (tree.kind === 'scalar') return change(tree);
  if (tree.kind === 'list') {
    return { ...tree, items: tree.items.map((item) => mapScalars(item, change)) };
  }
  const entries = [...tree.entries].map(
    ([key, entry]) => [key, { ...entry, value: mapScalars(entry.value, change) }] as const,
  );
  return { ...tree, entries: new Map(entries) };
}
