import type { Confinement, Mount, SecretFile, Text, Workload } from '../model.js';
import { slice, type Traced } from '../text/traced.js';
import { get, isTrue, itemsAt, textAt, textsAt, type Tree, valueAt } from '../text/tree.js';
import { type Neighbours, readVariables, secretRef } from './container-variables.js';
import { readProbe } from './probe.js';

type Contained = Pick<
  Workload,
  | 'image'
  | 'command'
  | 'variables'
  | 'secretFiles'
  | 'mounts'
  | 'ports'
  | 'instances'
  | 'serviceAccount'
  | 'probes'
  | 'graceSeconds'
  | 'sidecars'
  | 'initCommands'
  | 'confinement'
>;

// What stands beside a service and connects it to its database.
const PROXY = /cloud-?sql-proxy|alloydb-auth-proxy|pgbouncer/;

/** What the spec of a pod says, on Kubernetes and on Cloud Run: the one container that serves, and its company. */
export function readPod(pod: Tree, neighbours: Neighbours): Contained | null {
  const containers = itemsAt(pod, 'containers');
  const inits = itemsAt(pod, 'initContainers');
  const isProxy = (one: Tree): boolean => PROXY.test(valueAt(one, 'image') ?? '');
  const serving =
    containers.find((one) => get(one, 'ports') !== undefined && !isProxy(one)) ??
    containers.find((one) => !isProxy(one));
  if (serving === undefined) return null;
  const beside = [...containers, ...inits].filter((one) => one !== serving);
  const proxied = beside.filter(isProxy).flatMap(proxiedInstances);
  return {
    image: textAt(serving, 'image'),
    command: commandOf(serving),
    variables: readVariables(serving, neighbours),
    ...mountsOf(serving, pod),
    ports: itemsAt(serving, 'ports').flatMap((port) => textAt(port, 'containerPort') ?? []),
    instances: proxied,
    serviceAccount: textAt(pod, 'serviceAccountName'),
    probes: {
      startup: readProbe(serving, 'startupProbe'),
      liveness: readProbe(serving, 'livenessProbe'),
      readiness: readProbe(serving, 'readinessProbe'),
    },
    graceSeconds: textAt(pod, 'terminationGracePeriodSeconds'),
    sidecars: beside.flatMap((one) => valueAt(one, 'image') ?? []),
    initCommands: inits.filter((one) => !isProxy(one)).map(commandOf),
    confinement: confinementOf(serving, pod),
  };
}

function commandOf(container: Tree): Text[] {
  return [...textsAt(container, 'command'), ...textsAt(container, 'args')];
}

/** The connection names among a proxy's arguments: `P:R:I?port=5432`, or `-instances=P:R:I=tcp:5432`. */
function proxiedInstances(container: Tree): Traced[] {
  const words = [...textsAt(container, 'command'), ...textsAt(container, 'args')];
  return words.flatMap((word) => {
    const flag = /^--?instances=/.exec(word.value);
    if (flag === null && (word.value.startsWith('-') || !word.value.includes(':'))) return [];
    const from = flag?.[0].length ?? 0;
    const end = word.value.slice(from).search(/[?=]/);
    return [slice(word, from, end < 0 ? undefined : from + end)];
  });
}

function mountsOf(container: Tree, pod: Tree): { mounts: Mount[]; secretFiles: SecretFile[] } {
  const volumes = new Map(
    itemsAt(pod, 'volumes').map((volume) => [valueAt(volume, 'name') ?? '', volume] as const),
  );
  const mounts: Mount[] = [];
  const secretFiles: SecretFile[] = [];
  for (const mount of itemsAt(container, 'volumeMounts')) {
    const path = valueAt(mount, 'mountPath') ?? '';
    const source = valueAt(mount, 'name') ?? '';
    const volume = volumes.get(source);
    if (volume === undefined) continue;
    mounts.push({ kind: kindOf(volume), source, path, place: mount.place });
    secretFiles.push(...filesOf(volume, path, valueAt(mount, 'subPath')));
  }
  return { mounts, secretFiles };
}

function kindOf(volume: Tree): Mount['kind'] {
  if (get(volume, 'emptyDir') !== undefined) return 'tmpfs';
  return get(volume, 'hostPath') !== undefined ? 'bind' : 'volume';
}

/** The files that a volume of secrets has at the path where it is mounted. */
function filesOf(volume: Tree, path: string, subPath: string | undefined): SecretFile[] {
  const direct = get(volume, 'secret');
  const sources = itemsAt(volume, 'projected', 'sources').flatMap(
    (one) => get(one, 'secret') ?? [],
  );
  return [...(direct === undefined ? [] : [direct]), ...sources].flatMap((secret) => {
    const ref = secretRef(secret, get(secret, 'secretName') === undefined ? 'name' : 'secretName');
    const items = itemsAt(secret, 'items');
    if (items.length === 0) return [{ path: `${path}/*`, secret: ref, place: secret.place }];
    return items.map((item) => {
      const name = valueAt(item, 'path') ?? '';
      const file = subPath === name ? path : `${path}/${name}`;
      const key = textAt(item, 'key');
      return { path: file, secret: { ...ref, key, place: item.place }, place: item.place };
    });
  });
}

function confinementOf(container: Tree, pod: Tree): Confinement {
  const own = get(container, 'securityContext');
  const all = get(pod, 'securityContext');
  const user = valueAt(own, 'runAsUser') ?? valueAt(all, 'runAsUser');
  const nonRoot = valueAt(own, 'runAsNonRoot') ?? valueAt(all, 'runAsNonRoot');
  return {
    place: container.place,
    nonRoot: nonRoot === 'true' || (user !== undefined && user !== '0'),
    readOnlyRoot: isTrue(own, 'readOnlyRootFilesystem'),
    privileged: isTrue(own, 'privileged') || isTrue(own, 'allowPrivilegeEscalation'),
    limits: get(container, 'resources', 'limits', 'memory') !== undefined,
  };
}
