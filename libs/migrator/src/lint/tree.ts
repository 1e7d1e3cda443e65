import type { DefElem, Node, RangeVar } from 'libpg-query';

/** A node of PostgreSQL's grammar: its name there, and what it holds. */
export type Tagged = [kind: string, inner: Record<string, unknown>];

/** `{ ColumnRef: {…} }` taken apart. */
export function tagged(node: Node | undefined): Tagged {
  const [entry] = Object.entries(node ?? {});
  return (entry as Tagged | undefined) ?? ['', {}];
}

/** The inside of a node when it is of that kind. */
export function inner<T>(node: Node | undefined, kind: string): T | undefined {
  return (node as Record<string, T> | undefined)?.[kind];
}

/** Every node below a value, itself included, depth first. */
export function* nodesIn(value: unknown): Generator<Tagged> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesIn(item);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (/^[A-Z]/.test(key) && typeof child === 'object' && child !== null) {
      yield [key, child as Record<string, unknown>];
    }
    yield* nodesIn(child);
  }
}

/** The strings of a list of String nodes: a dotted name, the columns of a key. */
export function strings(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => {
    const text = inner<{ sval?: string }>(node, 'String')?.sval;
    return text === undefined ? [] : [text];
  });
}

/** The dotted names that DROP and its kind list. */
export function nameParts(node: Node | undefined): string[] {
  const [kind, value] = tagged(node);
  if (kind === 'List') return strings(value['items'] as Node[] | undefined);
  if (kind === 'ObjectWithArgs') return strings(value['objname'] as Node[] | undefined);
  if (kind === 'TypeName') return strings(value['names'] as Node[] | undefined);
  if (kind === 'String') return [String(value['sval'])];
  return [];
}

/** Is an option like CONCURRENTLY or FULL switched on? */
export function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  return (options ?? []).some((node) => {
    const element = inner<DefElem>(node, 'DefElem');
    if (element?.defname !== name) return false;
    const [kind, value] = tagged(element.arg);
    if (kind === 'String') return !['off', 'false', '0'].includes(String(value['sval']));
    return !(kind === 'Boolean' && value['boolval'] !== true);
  });
}

/** Tables, views and the rest that stand in FROM and its kind. */
export function relationsIn(value: unknown): RangeVar[] {
  return [...nodesIn(value)].flatMap(([kind, node]) => (kind === 'RangeVar' ? [node] : []));
}

/** The names of the columns that are spoken of; `*` stands for all of them. */
export function columnsIn(value: unknown): Set<string> {
  const names = new Set<string>();
  for (const [kind, node] of nodesIn(value)) {
    if (kind !== 'ColumnRef') continue;
    const last = (node['fields'] as Node[] | undefined)?.at(-1);
    names.add(tagged(last)[0] === 'A_Star' ? '*' : (strings([last as Node])[0] ?? ''));
  }
  return names;
}
