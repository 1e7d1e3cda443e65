import type { Probe, Removal, SecretFile, SecretRef, Text, Variable, Workload } from '../model.js';
import { slice, type Traced } from '../text/traced.js';
import { type Flag, flagNamed, type GcloudCommand, listItems, pairs } from './command.js';

const DEPLOYS = ['run deploy', 'run jobs deploy', 'run jobs create'];
const UPDATES = ['run services update', 'run jobs update'];

/** What a call of `gcloud run deploy` or `update` makes of a service or job; null for any other call. */
export function workloadOf(whole: GcloudCommand, target: string): Workload | null {
  const command = servingContainer(whole);
  const { verb, names } = command;
  const [name] = names;
  if (![...DEPLOYS, ...UPDATES].includes(verb)) return null;
  const { variables, files } = wiringOf(command);
  const text = (...flags: string[]): Text | null => flagNamed(command, ...flags)?.value ?? null;
  return {
    platform: 'cloud-run',
    kind: verb.startsWith('run jobs') ? 'job' : 'service',
    how: UPDATES.includes(verb) ? 'change' : 'whole',
    target,
    name: name?.value ?? '',
    place: command.place,
    region: text('region'),
    image: text('image'),
    command: [...listOf(command, 'command'), ...listOf(command, 'args')],
    variables,
    secretFiles: files,
    mounts: [],
    ports: listOf(command, 'port').map((number) => ({ name: '', number })),
    instances: ['add-cloudsql-instances', 'set-cloudsql-instances'].flatMap((flag) =>
      listOf(command, flag),
    ),
    misplacedInstances: [],
    serviceAccount: text('service-account'),
    probes: {
      startup: probeOf(command, 'startup-probe'),
      liveness: probeOf(command, 'liveness-probe'),
      readiness: probeOf(command, 'readiness-probe'),
    },
    maxInstances: text('max-instances'),
    maxInstancesOfAll: text('max'),
    minInstances: text('min-instances', 'min'),
    graceSeconds: null,
    preStopSeconds: 0,
    progressSeconds: null,
    surge: '1',
    proxy: null,
    removals: removalsOf(command),
    sidecars: [],
    initCommands: [],
    confinement: null,
    traffic: flagNamed(command, 'no-traffic') === undefined ? 'at-once' : 'held',
    trafficProblem: null,
    tags: listOf(command, 'tag').map(({ value }) => value),
    job: verb.startsWith('run jobs')
      ? {
          retries: text('max-retries'),
          tasks: text('tasks'),
          parallelism: text('parallelism'),
          timeoutSeconds: text('task-timeout'),
          restartPolicy: null,
        }
      : null,
  };
}

/** Behind `--container=NAME` flags are about that container; the one with a port serves, or else the first. */
function servingContainer(command: GcloudCommand): GcloudCommand {
  const starts = command.flags.flatMap(({ name }, index) => (name === 'container' ? [index] : []));
  if (starts.length === 0) return command;
  const groups = starts.map((from, index) => command.flags.slice(from, starts[index + 1]));
  const serving = groups.find((group) => group.some(({ name }) => name === 'port')) ?? groups[0];
  return { ...command, flags: [...command.flags.slice(0, starts[0]), ...(serving ?? [])] };
}

function listOf(command: GcloudCommand, flag: string): Traced[] {
  const value = flagNamed(command, flag)?.value;
  return value == null ? [] : listItems(value);
}

const LITERALS = ['set-env-vars', 'update-env-vars'];
const SECRETS = ['set-secrets', 'update-secrets'];

function wiringOf({ flags }: GcloudCommand): { variables: Variable[]; files: SecretFile[] } {
  const variables: Variable[] = [];
  const files: SecretFile[] = [];
  for (const flag of flags) {
    if (flag.name === 'env-vars-file') variables.push(fromFile(flag));
    if (flag.value === null) continue;
    if (LITERALS.includes(flag.name)) variables.push(...literals(flag.value));
    if (!SECRETS.includes(flag.name)) continue;
    for (const { key, value } of pairs(flag.value)) {
      const secret = secretOf(value, key);
      // A path is where the secret is mounted; everything else is a variable's name.
      if (key.value.startsWith('/'))
        files.push({ path: key.value, whole: false, secret, place: key.place });
      else
        variables.push({ name: key.value, place: key.place, source: { kind: 'secret', secret } });
    }
  }
  return { variables, files };
}

function literals(value: Traced): Variable[] {
  return pairs(value).map(({ key, value: text }) => ({
    name: key.value,
    place: key.place,
    source: { kind: 'literal', text: text ?? slice(key, key.value.length) },
  }));
}

/** Stands for every variable of the file. */
function fromFile({ place, value }: Flag): Variable {
  const reason = `come from ${value?.value ?? 'a file'}, which is not read`;
  return { name: '*', place, source: { kind: 'unknown', reason } };
}

function secretOf(value: Traced | null, key: Traced): SecretRef {
  if (value === null) return { name: null, key: null, optional: false, place: key.place };
  const at = value.value.lastIndexOf(':');
  const name = at < 0 ? value : slice(value, 0, at);
  const version = at < 0 ? null : slice(value, at + 1);
  return {
    name: name.value === '' ? null : name,
    key: version === null || version.value === '' ? null : version,
    optional: false,
    place: key.place,
  };
}

/** `--startup-probe=httpGet.path=/health/startup,periodSeconds=5` */
function probeOf(command: GcloudCommand, name: string): Probe | null {
  const flag = flagNamed(command, name);
  if (flag?.value == null || flag.value.value === '') return null;
  const said = new Map(
    pairs(flag.value).map(({ key, value }) => [key.value, value ?? slice(key, key.value.length)]),
  );
  const has = (prefix: string): boolean => [...said.keys()].some((key) => key.startsWith(prefix));
  return {
    kind: has('httpGet') ? 'http' : has('grpc') ? 'grpc' : has('tcpSocket') ? 'tcp' : 'none',
    place: flag.place,
    path: said.get('httpGet.path') ?? null,
    port: said.get('httpGet.port') ?? null,
    command: [],
    timing: new Map([...said].filter(([key]) => !key.includes('.'))),
  };
}

function removalsOf({ flags, verb }: GcloudCommand): Removal[] {
  // On an update these replace everything that they do not name.
  const replacing = UPDATES.includes(verb) ? ['set-env-vars', 'set-secrets', 'env-vars-file'] : [];
  return flags
    .filter(({ name }) => /^(clear|remove)-/.test(name) || replacing.includes(name))
    .map(({ name, place, value }) => ({
      flag: `--${name}`,
      place,
      names:
        value === null || !name.startsWith('remove-')
          ? []
          : listItems(value).map((one) => one.value),
    }));
}
