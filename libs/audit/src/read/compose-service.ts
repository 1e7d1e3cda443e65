import type {
  ComposeService,
  Dependency,
  HealthCheck,
  Interpolation,
  Mount,
  Probe,
  SecretFile,
  Text,
  Variable,
  Workload,
} from '../model.js';
import { migrationIn } from '../gcloud/action.js';
import { wordsOf } from '../shell/script.js';
import {
  entriesAt,
  get,
  isTrue,
  itemsAt,
  textAt,
  textsAt,
  type Tree,
  valueAt,
} from '../text/tree.js';
import { pairOf } from './compose-merge.js';
import { usesIn } from './interpolate.js';

interface Named {
  readonly name: string;
  readonly target: string;
  /** As written, for what stands in it before anything is put in. */
  readonly raw: Tree;
  /** Services whose end another one waits for. */
  readonly awaited: ReadonlySet<string>;
}

/** One service of a compose file, with its defaults put in. */
export function readComposeService(tree: Tree, named: Named): ComposeService {
  const { name, raw } = named;
  const networks = get(tree, 'networks');
  const mode = valueAt(tree, 'network_mode');
  return {
    workload: workloadOf(tree, named),
    place: raw.place,
    healthCheck: healthCheckOf(tree),
    dependsOn: dependenciesOf(tree),
    published: itemsAt(tree, 'ports').flatMap((port) => publishedPort(port)),
    networks: mode !== undefined ? null : networks === undefined ? [] : namesIn(networks),
    names: [
      name,
      ...textsAt(tree, 'container_name').map(({ value }) => value),
      ...textsAt(tree, 'hostname').map(({ value }) => value),
      ...entriesAt(tree, 'networks').flatMap(({ value }) =>
        textsAt(value, 'aliases').map((alias) => alias.value),
      ),
    ],
    byHand: get(tree, 'profiles') !== undefined,
    privileged: isTrue(tree, 'privileged'),
    user: textAt(tree, 'user'),
    interpolations: interpolationsOf(raw),
    secrets: itemsAt(tree, 'secrets').flatMap((one) =>
      one.kind === 'scalar' ? [one] : (textAt(one, 'source') ?? []),
    ),
  };
}

function workloadOf(tree: Tree, { name, target, raw, awaited }: Named): Workload {
  const mounts = mountsOf(tree);
  const check = healthCheckOf(tree);
  return {
    platform: 'compose',
    kind: ends(tree, awaited.has(name)) ? 'job' : 'service',
    how: 'whole',
    target,
    name,
    place: raw.place,
    region: null,
    image: textAt(tree, 'image'),
    command: [...commandAt(tree, 'entrypoint'), ...commandAt(tree, 'command')],
    variables: variablesOf(tree),
    secretFiles: secretFilesOf(tree),
    mounts,
    ports: [],
    instances: [],
    misplacedInstances: [],
    serviceAccount: null,
    probes: { startup: null, liveness: null, readiness: check === null ? null : probeOf(check) },
    maxInstances: textAt(tree, 'deploy', 'replicas') ?? textAt(tree, 'scale'),
    maxInstancesOfAll: null,
    minInstances: null,
    preStopSeconds: 0,
    progressSeconds: null,
    surge: '0',
    proxy: null,
    graceSeconds: textAt(tree, 'stop_grace_period'),
    removals: [],
    sidecars: [],
    initCommands: [],
    confinement: null,
    traffic: 'unknown',
    trafficProblem: null,
    tags: [],
    job: null,
  };
}

/** What is started again and again has no end, and what ends is not started again. */
function ends(tree: Tree, isAwaited: boolean): boolean {
  const restart = valueAt(tree, 'restart');
  if (restart === 'no') return true;
  if (restart === 'always' || restart === 'unless-stopped') return false;
  return isAwaited || migrationIn(commandAt(tree, 'command')) === 'all';
}

function commandAt(tree: Tree, key: string): readonly Text[] {
  const found = get(tree, key);
  return found?.kind === 'scalar' && found.type !== 'null' ? wordsOf(found) : textsAt(tree, key);
}

/** A name without a value is the shell's; what comes from a file is not told. */
function variablesOf(tree: Tree): Variable[] {
  const environment = get(tree, 'environment');
  const pairs =
    environment?.kind === 'list'
      ? environment.items.flatMap((item) => (item.kind === 'scalar' ? [pairOf(item)] : []))
      : entriesAt(environment);
  const files = textsAt(tree, 'env_file').map((file): Variable => {
    const reason = `come from ${file.value}, which is not read`;
    return { name: '*', place: file.place, source: { kind: 'unknown', reason } };
  });
  const own = pairs.flatMap(({ key, keyPlace, value }): Variable[] => {
    if (value.kind !== 'scalar') return [];
    if (value.type === 'null') {
      const reason = 'comes from the shell that starts compose';
      return [{ name: key, place: keyPlace, source: { kind: 'unknown', reason } }];
    }
    return [{ name: key, place: keyPlace, source: { kind: 'literal', text: value } }];
  });
  return [...files, ...own];
}

/** `source:/path:ro`, `/path`, or the long form; and `tmpfs`. */
function mountsOf(tree: Tree): Mount[] {
  const volumes = itemsAt(tree, 'volumes').map((item): Mount => {
    const { place } = item;
    if (item.kind === 'map') {
      const type = valueAt(item, 'type');
      const kind = type === 'bind' || type === 'tmpfs' ? type : 'volume';
      const source = valueAt(item, 'source') ?? '';
      const readOnly = isTrue(item, 'read_only');
      return { kind, source, path: valueAt(item, 'target') ?? '', readOnly, place };
    }
    const [first = '', path, mode = ''] = item.kind === 'scalar' ? item.value.split(':') : [];
    const readOnly = mode.split(',').includes('ro');
    if (path === undefined) return { kind: 'anonymous', source: '', path: first, readOnly, place };
    return { kind: /^[./~]/.test(first) ? 'bind' : 'volume', source: first, path, readOnly, place };
  });
  const memory = textsAt(tree, 'tmpfs').map((text): Mount => ({
    kind: 'tmpfs',
    source: '',
    path: text.value.split(':')[0] ?? '',
    readOnly: false,
    place: text.place,
  }));
  return [...volumes, ...memory];
}

function secretFilesOf(tree: Tree): SecretFile[] {
  return itemsAt(tree, 'secrets').flatMap((item): SecretFile[] => {
    const name = item.kind === 'scalar' ? item : textAt(item, 'source');
    if (name === null) return [];
    const target = valueAt(item, 'target') ?? name.value;
    const path = target.startsWith('/') ? target : `/run/secrets/${target}`;
    const { place } = item;
    return [{ path, whole: true, place, secret: { name, key: null, optional: false, place } }];
  });
}

function healthCheckOf(tree: Tree): HealthCheck | null {
  const check = get(tree, 'healthcheck');
  if (check === undefined) return null;
  const test = get(check, 'test');
  const words = test?.kind === 'scalar' ? wordsOf(test) : textsAt(check, 'test');
  const [kind, line, ...more] = words;
  const known = test?.kind === 'scalar' || ['CMD', 'CMD-SHELL', 'NONE'].includes(kind?.value ?? '');
  const command =
    kind?.value === 'CMD-SHELL' && line !== undefined && more.length === 0
      ? wordsOf(line)
      : kind?.value === 'CMD'
        ? words.slice(1)
        : words;
  return {
    place: check.place,
    patienceSeconds: patienceOf(check),
    disabled: isTrue(check, 'disable') || kind?.value === 'NONE',
    // Compose refuses a list that begins otherwise.
    command: known ? command : [],
  };
}

/** Compose's defaults are 30 s, three times, from the first moment. */
function patienceOf(check: Tree): number | null {
  const interval = durationSeconds(valueAt(check, 'interval') ?? '30s');
  const start = durationSeconds(valueAt(check, 'start_period') ?? '0s');
  const retries = Number(valueAt(check, 'retries') ?? 3);
  const sum = interval * retries + start;
  return Number.isFinite(sum) ? sum : null;
}

/** `1m30s`, `500ms`; NaN for anything else. */
function durationSeconds(text: string): number {
  const parts = [...text.matchAll(/(\d{1,9}(?:\.\d{1,3})?)(us|ms|s|m|h)/g)];
  const said = parts.map(([found]) => found).join('');
  if (said !== text || said === '') return Number.NaN;
  const unit = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
  return parts.reduce(
    (sum, [, number, of]) => sum + Number(number) * unit[of as keyof typeof unit],
    0,
  );
}

function probeOf({ place, command }: HealthCheck): Probe {
  return { kind: 'exec', place, path: null, port: null, command, timing: new Map() };
}

function dependenciesOf(tree: Tree): Dependency[] {
  const short = itemsAt(tree, 'depends_on').flatMap((item): Dependency[] =>
    item.kind === 'scalar' ? [{ name: item.value, condition: null, place: item.place }] : [],
  );
  const long = entriesAt(tree, 'depends_on').map(({ key, keyPlace, value }): Dependency => ({
    name: key,
    condition: valueAt(value, 'condition') ?? null,
    place: keyPlace,
  }));
  return [...short, ...long];
}

/** The long form as the short one: `host:published:target`. */
function publishedPort(port: Tree): Text[] {
  if (port.kind === 'scalar') return [port];
  const parts = ['host_ip', 'published', 'target'].flatMap((key) => valueAt(port, key) ?? []);
  return [{ value: parts.join(':'), place: port.place }];
}

function namesIn(tree: Tree): string[] {
  return tree.kind === 'map' ? [...tree.entries.keys()] : textsAt(tree).map(({ value }) => value);
}

function interpolationsOf(raw: Tree): { variable: string; use: Interpolation }[] {
  const environment = get(raw, 'environment');
  const pairs =
    environment?.kind === 'list'
      ? environment.items.flatMap((item) => (item.kind === 'scalar' ? [pairOf(item)] : []))
      : entriesAt(environment);
  return pairs.flatMap(({ key, value }) =>
    value.kind === 'scalar' ? usesIn(value).map((use) => ({ variable: key, use })) : [],
  );
}
