import { pinned, slice } from '../text/traced.js';
import {
  type Entry,
  itemsAt,
  mapOf,
  type ScalarTree,
  textAt,
  textsAt,
  type Tree,
} from '../text/tree.js';

/** The ConfigMaps and Secrets that a kustomization makes of literals; of files and env files it knows the names alone. */
export function generated(root: Tree): Tree[] {
  return [
    ...itemsAt(root, 'configMapGenerator').map((item) => objectOf(item, 'ConfigMap')),
    ...itemsAt(root, 'secretGenerator').map((item) => objectOf(item, 'Secret')),
  ];
}

function objectOf(item: Tree, kind: string): Tree {
  const literals = textsAt(item, 'literals').map((text): Entry => {
    const at = Math.max(text.value.indexOf('='), 0);
    const value = scalarOf(slice(text, at + 1).value, text);
    return { key: text.value.slice(0, at), keyPlace: text.place, value };
  });
  const files = [...textsAt(item, 'files'), ...textsAt(item, 'envs')].map((text): Entry => {
    const [key = ''] = text.value.split('=');
    return { key: key.split('/').at(-1) ?? key, keyPlace: text.place, value: scalarOf('', text) };
  });
  const name = textAt(item, 'name') ?? scalarOf('', item);
  const { place } = item;
  const entry = (key: string, value: Tree): Entry => ({ key, keyPlace: place, value });
  return mapOf(place, [
    entry('kind', scalarOf(kind, item)),
    entry('apiVersion', scalarOf('v1', item)),
    entry('metadata', mapOf(place, [entry('name', name)])),
    entry(kind === 'Secret' ? 'stringData' : 'data', mapOf(place, [...literals, ...files])),
  ]);
}

function scalarOf(value: string, { place }: Pick<Tree, 'place'>): ScalarTree {
  return { ...pinned(value, place), place, kind: 'scalar', type: 'string' };
}
