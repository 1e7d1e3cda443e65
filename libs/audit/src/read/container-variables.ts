import type { SecretRef, Text, Variable, VariableSource } from '../model.js';
import { hole } from '../text/holes.js';
import { pinned, substituted, type Traced } from '../text/traced.js';
import { get, isTrue, itemsAt, textAt, type Tree } from '../text/tree.js';

/** What other objects of the same deployment hold; undefined for an object that is not there. */
export interface Neighbours {
  /** The file that a secret is when it is mounted without `items`; null for a file for each of its keys. */
  readonly fileOf: ((secret: string) => string) | null;
  configMap(name: string): ReadonlyMap<string, Traced> | undefined;
  secretKeys(name: string): ReadonlySet<string> | undefined;
}

const REFERENCE = /\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/g;

/** `env` and `envFrom` of a container; what `envFrom` brings comes first, as the platform has it. */
export function readVariables(container: Tree, neighbours: Neighbours): Variable[] {
  const known = new Map<string, string>();
  const variables = itemsAt(container, 'envFrom').flatMap((item) => fromObject(item, neighbours));
  for (const item of itemsAt(container, 'env')) {
    const name = textAt(item, 'name');
    if (name === null) continue;
    const source = sourceOf(item, name, { known, neighbours });
    known.set(name.value, source.kind === 'literal' ? source.text.value : hole(name.value));
    variables.push({ name: name.value, place: name.place, source });
  }
  return variables;
}

function sourceOf(
  item: Tree,
  name: Text,
  { known, neighbours }: { known: ReadonlyMap<string, string>; neighbours: Neighbours },
): VariableSource {
  const from = get(item, 'valueFrom');
  const secret = get(from, 'secretKeyRef');
  if (secret !== undefined) return { kind: 'secret', secret: secretRef(secret) };
  const map = get(from, 'configMapKeyRef');
  if (map !== undefined) return fromConfigMap(map, neighbours);
  if (from !== undefined) {
    const told = ['fieldRef', 'resourceFieldRef'].some((key) => get(from, key) !== undefined);
    if (told) return { kind: 'unknown', reason: 'the platform fills it in' };
    // Something was meant to be named here; most of all it is a secret.
    const nothing = { name: null, key: null, optional: false, place: from.place };
    return { kind: 'secret', secret: nothing };
  }
  const value = textAt(item, 'value');
  if (value === null) return { kind: 'literal', text: pinned('', name.place) };
  // `$(NAME)` is a variable that stands before; another one stays as it is written.
  const text = substituted(value, REFERENCE, ([found, other]) =>
    found === '$$' ? '$' : (known.get(other ?? '') ?? null),
  );
  return { kind: 'literal', text };
}

export function secretRef(tree: Tree, nameKey = 'name'): SecretRef {
  const named = (key: string): Text | null => {
    const text = textAt(tree, key);
    return text === null || text.value === '' ? null : text;
  };
  return {
    name: named(nameKey),
    key: named('key'),
    optional: isTrue(tree, 'optional'),
    place: tree.place,
  };
}

function fromConfigMap(tree: Tree, neighbours: Neighbours): VariableSource {
  const name = textAt(tree, 'name')?.value ?? '';
  const key = textAt(tree, 'key')?.value ?? '';
  const text = neighbours.configMap(name)?.get(key);
  if (text !== undefined) return { kind: 'literal', text };
  return {
    kind: 'unknown',
    reason: `comes from ${key} of the ConfigMap ${name}, which is not here`,
    missing: true,
  };
}

function fromObject(item: Tree, neighbours: Neighbours): Variable[] {
  const prefix = textAt(item, 'prefix')?.value ?? '';
  const secret = get(item, 'secretRef');
  if (secret !== undefined) {
    const ref = secretRef(secret);
    const keys = neighbours.secretKeys(ref.name?.value ?? '');
    const key = (text: string): Text => pinned(text, secret.place);
    return [...(keys ?? ['*'])].map((one) => ({
      name: keys === undefined ? '*' : `${prefix}${one}`,
      place: secret.place,
      source: { kind: 'secret', secret: { ...ref, key: key(one) } },
    }));
  }
  const map = get(item, 'configMapRef');
  const name = textAt(map, 'name');
  const held = neighbours.configMap(name?.value ?? '');
  if (held === undefined) {
    const reason = `come from the ConfigMap ${name?.value ?? ''}, which is not here`;
    return [{ name: '*', place: item.place, source: { kind: 'unknown', reason, missing: true } }];
  }
  return [...held].map(([key, text]) => ({
    name: `${prefix}${key}`,
    place: text.place,
    source: { kind: 'literal', text },
  }));
}
