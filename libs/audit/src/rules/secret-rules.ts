import type { AuditContext } from '../context.js';
import type { DeploymentFacts } from '../facts.js';
import { type Finding, finding } from '../finding.js';
import type { Cluster, SecretRef, Setting } from '../model.js';
import type { Subject } from '../subject.js';
import { isKnown, shown } from '../text/holes.js';
import type { AuditModel, Judge } from './judge.js';
import { isSecretOf, ownersOf, strangerIn } from './secret-owners.js';
import { hasWrittenPassword, urlVariables } from './urls.js';

/** What is wrong with secrets and with who may read them. */
export const judgeSecrets: Judge = (model, context) => [
  ...model.subjects.flatMap((subject) => [
    ...references(subject).flatMap((use) => [
      ...incomplete(use, subject),
      ...optional(use, subject),
      ...newest(use, subject),
      ...absent(use, subject, model),
      ...another(use, subject, context),
    ]),
  ]),
  ...credentials(model),
];

export interface SecretUse {
  readonly secret: SecretRef;
  /** The variable that it fills; null for a file. */
  readonly variable: string | null;
  /** Mounted with everything that it holds. */
  readonly whole: boolean;
}

export function references({ workload }: Subject): SecretUse[] {
  return [
    ...workload.variables.flatMap(({ name, source }) =>
      source.kind === 'secret' ? [{ secret: source.secret, variable: name, whole: false }] : [],
    ),
    ...workload.secretFiles.map(({ secret, whole }) => ({ secret, variable: null, whole })),
  ];
}

function incomplete({ secret, variable, whole }: SecretUse, { workload }: Subject): Finding[] {
  // Compose's secrets have no keys, and a secret may be mounted as a whole.
  const needsKey = !whole && workload.platform !== 'compose';
  const missing = secret.name === null ? 'name' : secret.key === null && needsKey ? 'key' : null;
  if (missing === null) return [];
  const what = missing === 'key' && workload.platform === 'cloud-run' ? 'version' : missing;
  const of = variable ?? 'a file';
  return [
    finding('FP-SEC-006', secret.place, `the secret for ${of} of ${workload.name} has no ${what}`),
  ];
}

function optional({ secret, variable }: SecretUse, { workload }: Subject): Finding[] {
  if (!secret.optional) return [];
  const of = variable ?? 'a file';
  return [
    finding('FP-SEC-005', secret.place, `the secret for ${of} of ${workload.name} is optional`),
  ];
}

function newest({ secret, variable }: SecretUse, { workload }: Subject): Finding[] {
  if (workload.platform !== 'cloud-run' || variable === null) return [];
  if (secret.key?.value !== 'latest') return [];
  const message = `${variable} of ${workload.name} is the latest version of ${shown(secret.name?.value ?? '')}`;
  return [finding('FP-SEC-002', secret.key.place, message)];
}

function absent(use: SecretUse, subject: Subject, model: AuditModel): Finding[] {
  const { workload, environment, role } = subject;
  const { name, key } = use.secret;
  if (name === null || !isKnown(name.value) || role === 'other') return [];
  if (workload.platform === 'compose') return notDeclared(use, subject, model);
  const cluster = model.clusters.find(({ target }) => target === workload.target);
  const kept = cluster?.secrets.get(name.value);
  if (kept != null && key !== null && key.value !== '*' && !kept.has(key.value)) {
    const message = `the secret ${name.value} has no key ${key.value}`;
    return [finding('FP-SEC-001', key.place, message, `It has ${[...kept].join(', ')}.`)];
  }
  if (kept !== undefined) return [];
  if (environment === null) return inCluster(use, cluster);
  if (ownersOf(environment, name.value).length === 0) {
    const message = `${environment.environment} has no secret ${name.value}`;
    return [finding('FP-SEC-001', name.place, message)];
  }
  return workload.platform === 'cloud-run'
    ? otherVersion(use, environment)
    : otherKey(use, subject, model);
}

function notDeclared({ secret }: SecretUse, { workload }: Subject, model: AuditModel): Finding[] {
  const project = model.projects.find(({ target }) => target === workload.target);
  const name = secret.name?.value ?? '';
  if (project === undefined || project.secrets.has(name)) return [];
  return [finding('FP-SEC-001', secret.place, `the file declares no secret ${name}`)];
}

/** Where files bring secrets of their own, one that they do not bring is missing. */
function inCluster({ secret }: SecretUse, cluster: Cluster | undefined): Finding[] {
  if (cluster === undefined || !cluster.whole || cluster.secrets.size === 0) return [];
  const message = `nothing in ${cluster.target} makes the secret ${secret.name?.value}`;
  return [finding('FP-SEC-001', secret.name?.place ?? secret.place, message)];
}

function otherVersion({ secret }: SecretUse, facts: DeploymentFacts): Finding[] {
  const { name, key } = secret;
  const deployed = facts.secretVersions[name?.value ?? ''];
  if (key === null || deployed === undefined || !isKnown(key.value)) return [];
  if (key.value === String(deployed) || key.value === 'latest') return [];
  const message = `version ${key.value} of ${name?.value} is not the one of ${facts.environment}`;
  return [finding('FP-SEC-001', key.place, message, `Version ${deployed}.`)];
}

/** Nobody tells the keys of a secret that the files do not bring; the other references do. */
function otherKey({ secret }: SecretUse, { workload }: Subject, model: AuditModel): Finding[] {
  const { key } = secret;
  if (key === null || key.value === '*') return [];
  const counts = new Map<string, number>();
  for (const other of model.subjects) {
    if (other.workload.target !== workload.target) continue;
    for (const { secret: one } of references(other)) {
      if (one.key !== null) counts.set(one.key.value, (counts.get(one.key.value) ?? 0) + 1);
    }
  }
  const [usual] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (usual === undefined || usual === key.value || (counts.get(usual) ?? 0) < 3) return [];
  const message = `the key ${key.value} of ${secret.name?.value} is one that nothing else asks for`;
  return [
    finding('FP-SEC-001', key.place, message, `Every other secret here has the key ${usual}.`),
  ];
}

/** A secret with a connection string belongs to one service; a job's is FP-MIG-003. */
function another(
  { secret, variable }: SecretUse,
  { workload, role, fleet, environment }: Subject,
  context: AuditContext,
): Finding[] {
  const name = secret.name;
  if (name === null || role !== 'service' || fleet === null || !isKnown(name.value)) return [];
  if (variable !== null && !isAboutUrl(variable, context)) return [];
  const owner =
    environment === null
      ? strangerIn(name.value, fleet, context.fleet)
      : ownersOf(environment, name.value).find(({ service }) => service !== null)?.service;
  if (owner === undefined || owner === fleet.name) return [];
  if (environment !== null && isSecretOf(environment, name.value, fleet.name)) return [];
  const message = `${workload.name} gets ${name.value}, the secret of ${owner}`;
  return [finding('FP-SEC-003', name.place, message)];
}

function isAboutUrl(variable: string, context: AuditContext): boolean {
  return urlVariables(context).has(variable.replace(/_FILE$/, ''));
}

const CREDENTIAL =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)(?:_\d+)?$/i;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Credentials as arguments, as variables of steps and images, and in Secrets that are committed. */
function credentials({ subjects, pipelines, images, settings }: AuditModel): Finding[] {
  const literals = subjects.flatMap(({ workload }) =>
    workload.variables.flatMap(({ name, source }): Setting[] =>
      source.kind === 'literal' && name !== 'DATABASE_URL'
        ? [{ name, text: source.text, what: 'variable' }]
        : [],
    ),
  );
  const all = [
    ...literals.filter(({ text }) => !hasWrittenPassword(text.value)),
    ...pipelines.flatMap((pipeline) => pipeline.settings),
    ...images.flatMap((image) => image.settings),
    ...settings,
  ];
  return all
    .filter(isCredential)
    .map(({ name, text, what }) =>
      finding(
        'FP-SEC-004',
        text.place,
        `the ${what} ${name} holds a credential that anybody can read here`,
      ),
    );
}

function isCredential({ name, text: { value }, what }: Setting): boolean {
  // Whatever it is, an image keeps the arguments that it was built with.
  if (what === 'build argument' && value !== '' && CREDENTIAL.test(name)) return !isSwitch(value);
  if (value === '' || !isKnown(value)) return PRIVATE_KEY.test(value);
  if (what === 'secret' || PRIVATE_KEY.test(value) || hasWrittenPassword(value)) return true;
  // A path says where it is, and `true` that there is one.
  return CREDENTIAL.test(name) && !isSwitch(value);
}

function isSwitch(value: string): boolean {
  return /^(?:\/|true$|false$|\d{1,3}$)/.test(value);
}
