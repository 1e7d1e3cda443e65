import type { Text, Workload } from '../model.js';
import { entriesAt, get, itemsAt, textAt, type Tree, valueAt } from '../text/tree.js';
import { isCloudRun, readCloudRun } from './cloud-run.js';
import { readPod } from './container.js';
import type { Neighbours } from './container-variables.js';
import type { Draft } from './draft.js';

const SERVES = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'];
const ENDS = ['Job', 'CronJob'];
// What brings a Secret into the cluster without holding it.
const SECRETS = ['Secret', 'ExternalSecret', 'SealedSecret'];

/** Whether a document is an object of Kubernetes. */
export function isKubernetes(root: Tree): boolean {
  return valueAt(root, 'apiVersion') !== undefined && valueAt(root, 'kind') !== undefined;
}

/** The objects with those that a `List` holds. */
export function listed(objects: readonly Tree[]): readonly Tree[] {
  return objects.flatMap((object) =>
    /List$/.test(valueAt(object, 'kind') ?? '') ? itemsAt(object, 'items') : [object],
  );
}

/** Reads objects that are applied together. */
export function readKubernetes(
  all: readonly Tree[],
  { target, whole, draft }: { target: string; whole: boolean; draft: Draft },
): void {
  const objects = listed(all);
  const neighbours = neighboursOf(objects);
  const scalers = objects.filter((one) => valueAt(one, 'kind') === 'HorizontalPodAutoscaler');
  for (const object of objects) {
    const kind = valueAt(object, 'kind') ?? '';
    if (kind === 'Secret') settings(object, draft);
    if (isCloudRun(object) && readCloudRun(object, draft)) continue;
    // Others' kinds, Rollout for one, have a template like those of Kubernetes.
    const known = SERVES.includes(kind) || ENDS.includes(kind);
    if (!known && itemsAt(podOf(object), 'containers').length === 0) continue;
    const workload = workloadOf(object, { target, scalers, neighbours });
    if (workload === null) draft.cannotRead(object.place, `the ${kind} has no container`);
    else draft.workloads.push(workload);
  }
  draft.clusters.push({
    target,
    place: objects[0]?.place ?? { file: target, line: 1, column: 1 },
    secrets: secretsOf(objects),
    accounts: new Map(
      objects
        .filter((one) => valueAt(one, 'kind') === 'ServiceAccount')
        .map((one) => [
          nameOf(one)?.value ?? '',
          textAt(one, 'metadata', 'annotations', 'iam.gke.io/gcp-service-account'),
        ]),
    ),
    whole,
  });
}

function nameOf(object: Tree): Text | null {
  return textAt(object, 'metadata', 'name');
}

function podOf(object: Tree): Tree | undefined {
  const kind = valueAt(object, 'kind');
  if (kind === 'Pod') return get(object, 'spec');
  const template = kind === 'CronJob' ? get(object, 'spec', 'jobTemplate') : object;
  return get(template, 'spec', 'template', 'spec');
}

interface Company {
  target: string;
  scalers: readonly Tree[];
  neighbours: Neighbours;
}

function workloadOf(object: Tree, { target, scalers, neighbours }: Company): Workload | null {
  const pod = podOf(object);
  const contained = pod === undefined ? null : readPod(pod, neighbours);
  if (contained === null) return null;
  const name = nameOf(object);
  const isJob = ENDS.includes(valueAt(object, 'kind') ?? '');
  const job = valueAt(object, 'kind') === 'CronJob' ? get(object, 'spec', 'jobTemplate') : object;
  return {
    ...contained,
    platform: 'kubernetes',
    kind: isJob ? 'job' : 'service',
    how: 'whole',
    target,
    name: name?.value ?? '',
    place: name?.place ?? object.place,
    region: null,
    misplacedInstances: [],
    maxInstances: maxReplicas(scalers, object) ?? textAt(object, 'spec', 'replicas'),
    maxInstancesOfAll: null,
    minInstances: null,
    progressSeconds: textAt(object, 'spec', 'progressDeadlineSeconds'),
    surge: surgeOf(object),
    removals: [],
    traffic: 'unknown',
    trafficProblem: null,
    tags: [],
    job: isJob
      ? {
          retries: textAt(job, 'spec', 'backoffLimit'),
          tasks: textAt(job, 'spec', 'completions'),
          parallelism: textAt(job, 'spec', 'parallelism'),
          timeoutSeconds: textAt(job, 'spec', 'activeDeadlineSeconds'),
          restartPolicy: textAt(pod, 'restartPolicy'),
        }
      : null,
  };
}

/** How many more there are while a new version comes; Kubernetes' own is a quarter. */
function surgeOf(object: Tree): string {
  if (valueAt(object, 'spec', 'strategy', 'type') === 'Recreate') return '0';
  return valueAt(object, 'spec', 'strategy', 'rollingUpdate', 'maxSurge') ?? '25%';
}

/** What the autoscaler of a Deployment may scale it to. */
function maxReplicas(scalers: readonly Tree[], object: Tree): Text | null {
  const scaler = scalers.find(
    (one) => valueAt(one, 'spec', 'scaleTargetRef', 'name') === nameOf(object)?.value,
  );
  return textAt(scaler, 'spec', 'maxReplicas');
}

function neighboursOf(objects: readonly Tree[]): Neighbours {
  const maps = new Map(
    objects
      .filter((one) => valueAt(one, 'kind') === 'ConfigMap')
      .map((one) => [
        nameOf(one)?.value ?? '',
        new Map(
          entriesAt(one, 'data').flatMap(({ key, value }) =>
            value.kind === 'scalar' ? [[key, value] as const] : [],
          ),
        ),
      ]),
  );
  const secrets = secretsOf(objects);
  return {
    configMap: (name) => maps.get(name),
    secretKeys: (name) => secrets.get(name) ?? undefined,
    fileOf: null,
  };
}

/** The secrets that these objects bring, with their keys; null where the keys are not told. */
function secretsOf(objects: readonly Tree[]): Map<string, ReadonlySet<string> | null> {
  const secrets = new Map<string, ReadonlySet<string> | null>();
  for (const object of objects) {
    const kind = valueAt(object, 'kind') ?? '';
    if (!SECRETS.includes(kind)) continue;
    const name = valueAt(object, 'spec', 'target', 'name') ?? nameOf(object)?.value ?? '';
    const keys = [
      ...entriesAt(object, 'data').map(({ key }) => key),
      ...entriesAt(object, 'stringData').map(({ key }) => key),
      ...entriesAt(object, 'spec', 'encryptedData').map(({ key }) => key),
      ...itemsAt(object, 'spec', 'data').flatMap((item) => valueAt(item, 'secretKey') ?? []),
    ];
    const open = get(object, 'spec', 'dataFrom') !== undefined;
    secrets.set(name, open ? null : new Set(keys));
  }
  return secrets;
}

/** A Secret in a file is a credential in a file. */
function settings(object: Tree, draft: Draft): void {
  for (const section of ['data', 'stringData']) {
    for (const { key, value } of entriesAt(object, section)) {
      if (value.kind === 'scalar' && value.value !== '') {
        draft.settings.push({ name: key, text: value, what: 'secret' });
      }
    }
  }
}
