import type { Proxy } from '../model.js';
import { hole } from '../text/holes.js';
import { slice, substituted, type Traced } from '../text/traced.js';
import { itemsAt, textsAt, type Tree, valueAt } from '../text/tree.js';
import { type Neighbours, readVariables } from './container-variables.js';

const REFERENCE = /\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/g;
const FOLDER = /^--?(?:unix-socket|u|dir)=(.+)$/;

/** A proxy's arguments, with the variables of its own container put in. */
function wordsOf(proxy: Tree, neighbours: Neighbours): Traced[] {
  const known = new Map(
    readVariables(proxy, neighbours).map(({ name, source }) => [
      name,
      source.kind === 'literal' ? source.text.value : hole(name),
    ]),
  );
  const words = [...textsAt(proxy, 'command'), ...textsAt(proxy, 'args')];
  return words.map((word) =>
    substituted(word, REFERENCE, ([, name = '']) => known.get(name) ?? null),
  );
}

/** The connection names among a proxy's arguments: `P:R:I?port=5432`, or `-instances=P:R:I=tcp:5432`. */
export function proxiedInstances(proxy: Tree, neighbours: Neighbours): Traced[] {
  return wordsOf(proxy, neighbours).flatMap((word) => {
    const flag = /^--?instances=/.exec(word.value);
    const isName = flag !== null || (!word.value.startsWith('-') && !word.value.startsWith('/'));
    if (!isName || !/[:\uE000(]/.test(word.value)) return [];
    const from = flag?.[0].length ?? 0;
    const end = word.value.slice(from).search(/[?=]/);
    return [slice(word, from, end < 0 ? undefined : from + end)];
  });
}

/** How a proxy reaches the container that it is for. */
export function proxyOf(proxy: Tree, serving: Tree, pod: Tree): Proxy {
  const words = [...textsAt(proxy, 'command'), ...textsAt(proxy, 'args')];
  const folder = words.map(({ value }) => FOLDER.exec(value)?.[1]).find(Boolean) ?? null;
  const known = itemsAt(pod, 'volumes').map((volume) => valueAt(volume, 'name'));
  const volumes = volumesAt(proxy, folder).filter((name) => known.includes(name));
  const isInit = itemsAt(pod, 'initContainers').includes(proxy);
  return {
    place: proxy.place,
    // Without a restart policy the pod waits for the end of an init container, and a proxy has none.
    beside: !isInit || valueAt(proxy, 'restartPolicy') === 'Always',
    folder,
    shared: volumesAt(serving, folder).some((name) => volumes.includes(name)),
  };
}

function volumesAt(container: Tree, folder: string | null): string[] {
  return itemsAt(container, 'volumeMounts').flatMap((mount) =>
    valueAt(mount, 'mountPath') === folder ? (valueAt(mount, 'name') ?? []) : [],
  );
}
