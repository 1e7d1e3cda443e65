import type { JobLimits, Text, Workload } from '../model.js';
import { split, type Traced } from '../text/traced.js';
import { get, isTrue, itemsAt, textAt, type Tree, valueAt } from '../text/tree.js';
import { readPod } from './container.js';
import type { Neighbours } from './container-variables.js';
import type { Draft } from './draft.js';

const INSTANCES = 'run.googleapis.com/cloudsql-instances';
const REGION = 'cloud.googleapis.com/location';
const NOBODY: Neighbours = {
  configMap: () => undefined,
  secretKeys: () => undefined,
  fileOf: (secret) => secret,
};

/** Whether an object is a service or a job of Cloud Run. */
export function isCloudRun(root: Tree): boolean {
  const version = valueAt(root, 'apiVersion') ?? '';
  return /^(?:serving\.knative\.dev|run\.googleapis\.com)\/v\d(?:(?:alpha|beta)\d)?$/.test(version);
}

/** Reads a service or job as `gcloud run services replace` takes it; false for any other kind. */
export function readCloudRun(root: Tree, draft: Draft): boolean {
  const kind = valueAt(root, 'kind');
  if (kind !== 'Service' && kind !== 'Job') return false;
  const isJob = kind === 'Job';
  // A service's template is a revision; a job's is an execution, and its task has one more.
  const template = get(root, 'spec', 'template');
  const task = isJob ? get(template, 'spec', 'template') : template;
  const pod = get(task, 'spec');
  const contained = pod === undefined ? null : readPod(pod, NOBODY);
  const name = textAt(root, 'metadata', 'name');
  if (contained === null || template === undefined) {
    draft.cannotRead(root.place, `the ${kind} ${name?.value ?? ''} has no container`);
    return true;
  }
  const elsewhere = isJob ? [root, task] : [root];
  draft.workloads.push({
    ...contained,
    platform: 'cloud-run',
    kind: isJob ? 'job' : 'service',
    how: 'whole',
    target: folderOf(root.place.file),
    name: name?.value ?? '',
    place: name?.place ?? root.place,
    region: textAt(root, 'metadata', 'labels', REGION),
    instances: instancesOf(template),
    misplacedInstances: elsewhere.flatMap((tree) => (tree === undefined ? [] : instancesOf(tree))),
    maxInstances: scaleOf(template, 'autoscaling.knative.dev/maxScale'),
    maxInstancesOfAll: scaleOf(root, 'run.googleapis.com/maxScale'),
    minInstances: scaleOf(template, 'autoscaling.knative.dev/minScale'),
    progressSeconds: null,
    surge: '1',
    removals: [],
    traffic: trafficOf(root),
    trafficProblem: isJob ? null : trafficProblem(root),
    tags: newest(root).flatMap((share) => valueAt(share, 'tag') ?? []),
    job: isJob ? jobLimits(template, pod) : null,
  } satisfies Workload);
  return true;
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
}

function instancesOf(tree: Tree): Traced[] {
  const text = textAt(tree, 'metadata', 'annotations', INSTANCES);
  return text === null ? [] : split(text, ',');
}

function scaleOf(tree: Tree, annotation: string): Text | null {
  return textAt(tree, 'metadata', 'annotations', annotation);
}

/** Without a list of its own, the newest revision gets every request. */
function trafficOf(root: Tree): Workload['traffic'] {
  if (itemsAt(root, 'spec', 'traffic').length === 0) return 'at-once';
  return newest(root).some((share) => valueAt(share, 'percent') !== '0') ? 'at-once' : 'held';
}

function newest(root: Tree): Tree[] {
  return itemsAt(root, 'spec', 'traffic').filter((share) => isTrue(share, 'latestRevision'));
}

/** All requests go somewhere, and every share says where. */
function trafficProblem(root: Tree): Text | null {
  const shares = itemsAt(root, 'spec', 'traffic');
  const nowhere = shares.find(
    (share) => !isTrue(share, 'latestRevision') && textAt(share, 'revisionName') === null,
  );
  if (nowhere !== undefined)
    return { value: 'a share of it names no revision', place: nowhere.place };
  const percents = shares.map((share) => Number(valueAt(share, 'percent') ?? 0));
  const sum = percents.reduce((total, one) => total + one, 0);
  const [first] = shares;
  if (first === undefined || sum === 100) return null;
  return { value: `its shares are ${sum} of 100 percent`, place: first.place };
}

function jobLimits(template: Tree, pod: Tree | undefined): JobLimits {
  return {
    retries: textAt(pod, 'maxRetries'),
    tasks: textAt(template, 'spec', 'taskCount'),
    parallelism: textAt(template, 'spec', 'parallelism'),
    timeoutSeconds: textAt(pod, 'timeoutSeconds'),
    restartPolicy: null,
  };
}
