import type { Confinement, Mount, SecretFile, Text, Workload } from '../model.js';
import { proxiedInstances, proxyOf } from './proxy.js';
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
  | 'preStopSeconds'
  | 'proxy'
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
  const [proxy] = beside.filter(isProxy);
  return {
    image: textAt(serving, 'image'),
    command: commandOf(serving),
    variables: readVariables(serving, neighbours),
    ...mountsOf(serving, pod, neighbours),
    ports: itemsAt(serving, 'ports').flatMap((port) => {
      const number = textAt(port, 'containerPort');
      return number === null ? [] : [{ name: valueAt(port, 'name') ?? '', number }];
    }),
    instances: proxy === undefined ? [] : proxiedInstances(proxy, neighbours),
    proxy: proxy === undefined ? null : proxyOf(proxy, serving, pod),
    preStopSeconds: sleepOf(serving),
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

/** `preStop` with `sleep 5`, as a command or as Kubernetes' own. */
function sleepOf(container: Tree): number {
  const own = valueAt(container, 'lifecycle', 'preStop', 'sleep', 'seconds');
  const words = textsAt(container, 'lifecycle', 'preStop', 'exec', 'command');
  const said = /(?:^|\s)sleep\s+(\d{1,4})(?:\s|$)/.exec(words.map(({ value }) => value).join(' '));
  return Number(own ?? said?.[1] ?? 0);
}

function mountsOf(
  container: Tree,
  pod: Tree,
  neighbours: Neighbours,
): { mounts: Mount[]; secretFiles: SecretFile[] } {
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
    const readOnly = isTrue(mount, 'readOnly');
    mounts.push({ kind: kindOf(volume), source, path, readOnly, place: mount.place });
    const subPath = valueAt(mount, 'subPath');
    secretFiles.push(...filesOf(volume, { path, subPath }, neighbours));
  }
  return { mounts, secretFiles };
}

function kindOf(volume: Tree): Mount['kind'] {
  if (get(volume, 'emptyDir') !== undefined) return 'tmpfs';
  return get(volume, 'hostPath') !== undefined ? 'bind' : 'volume';
}

/** The files that a volume of secrets has at the path where it is mounted. */
function filesOf(
  volume: Tree,
  { path, subPath }: { path: string; subPath: string | undefined },
  { fileOf }: Neighbours,
): SecretFile[] {
  const direct = get(volume, 'secret');
  const sources = itemsAt(volume, 'projected', 'sources').flatMap(
    (one) => get(one, 'secret') ?? [],
  );
  return [...(direct === undefined ? [] : [direct]), ...sources].flatMap((secret): SecretFile[] => {
    const ref = secretRef(secret, get(secret, 'secretName') === undefined ? 'name' : 'secretName');
    const items = itemsAt(secret, 'items');
    if (items.length === 0) {
      const name = fileOf === null ? '*' : fileOf(ref.name?.value ?? '');
      return [{ path: `${path}/${name}`, whole: true, secret: ref, place: secret.place }];
    }
    return items.map((item) => {
      const name = valueAt(item, 'path') ?? '';
      const file = subPath === name ? path : `${path}/${name}`;
      const key = textAt(item, 'key');
      const { place } = item;
      return { path: file, whole: false, secret: { ...ref, key, place }, place };
    });
  });
}

function confinementOf(container: Tree, pod: Tree): Confinement {
  const own = get(container, 'securityContext');
  const all = get(pod, 'securityContext');
  const nonRoot = valueAt(own, 'runAsNonRoot') ?? valueAt(all, 'runAsNonRoot');
  return {
    place: container.place,
    nonRoot: nonRoot === 'true',
    readOnlyRoot: isTrue(own, 'readOnlyRootFilesystem'),
    privileged: isTrue(own, 'privileged') || valueAt(own, 'allowPrivilegeEscalation') !== 'false',
    limits: get(container, 'resources', 'limits', 'memory') !== undefined,
  };
}
