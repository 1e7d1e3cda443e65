import type { Probe, Text } from '../model.js';
import { entriesAt, get, textAt, textsAt, type Tree } from '../text/tree.js';

const KINDS = { httpGet: 'http', tcpSocket: 'tcp', exec: 'exec', grpc: 'grpc' } as const;

/** A probe as Kubernetes and Cloud Run write it; null where there is none. */
export function readProbe(container: Tree, key: string): Probe | null {
  const tree = get(container, key);
  if (tree?.kind !== 'map') return null;
  const [kind] = (Object.keys(KINDS) as (keyof typeof KINDS)[]).filter(
    (one) => get(tree, one) !== undefined,
  );
  const timing = entriesAt(tree).flatMap(({ key: name, value }) =>
    value.kind === 'scalar' ? [[name, value] as [string, Text]] : [],
  );
  return {
    kind: kind === undefined ? 'none' : KINDS[kind],
    place: tree.place,
    path: textAt(tree, 'httpGet', 'path'),
    port: textAt(tree, kind ?? 'httpGet', 'port'),
    command: textsAt(tree, 'exec', 'command'),
    timing: new Map(timing),
  };
}
