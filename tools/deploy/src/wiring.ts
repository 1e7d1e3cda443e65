import type {
  DeploymentFacts,
  ServiceFacts,
  ServiceManifest,
  VariableManifest,
} from '@fusion-prime/audit';
import { DeployRefused } from './refusal.js';

/** A secret of Secret Manager, at the version that is deployed. */
export interface SecretVersion {
  readonly secret: string;
  readonly version: number;
}

/** How one variable of a container gets its value. */
export type Wire =
  | { readonly name: string; readonly kind: 'literal'; readonly value: string }
  | ({ readonly name: string; readonly kind: 'secret' } & SecretVersion)
  | ({ readonly name: string; readonly kind: 'file'; readonly path: string } & SecretVersion);

/** The file that a mounted secret is, wherever it is mounted. */
export const SECRET_FILE = 'value';

/** Given by something else than `variables` and `fileSecrets`: there they would win, unseen, or be lost. */
const GIVEN_ELSEWHERE: Readonly<Record<string, string>> = {
  NODE_ENV: 'it is always production',
  FP_ENV: 'environment says it',
  DATABASE_URL: 'databaseUrlSecret says it',
  DB_POOL_SIZE: 'poolSize says it, and the connection budget',
  DB_MAX_OVERFLOW: 'maxOverflow says it, and the connection budget',
  PORT: 'each platform says it',
  SHUTDOWN_GRACE_MS: 'it follows from how each platform ends an instance',
  FP_BUILD_SHA: 'the image says it',
};
const BOOLEANS = ['true', 'false', '1', '0'];

/**
 * Every variable of one service in one environment, in the manifest's order: what the facts say, checked
 * against what the service's code says that it reads.
 *
 * @throws {DeployRefused} naming the variable and the file that shall be mended.
 */
export function wiresOf(
  facts: DeploymentFacts,
  service: ServiceFacts,
  manifest: ServiceManifest,
): Wire[] {
  demandNoneElsewhere(facts, service);
  const given = new Map<string, Wire>();
  for (const wire of givenWires(facts, service)) given.set(wire.name, wire);
  const where = `${facts.environment}.yaml`;
  for (const wire of given.values()) {
    const variable = manifest.variables.find(({ name }) => name === wire.name);
    if (variable === undefined) {
      const what = `${where} gives ${wire.name}, which ${manifest.name} does not read`;
      throw new DeployRefused('DEPLOY_VARIABLE_UNKNOWN', `${what}: take it out, or mend its name`);
    }
    demandForm(wire, variable, where);
  }
  demandRequired(manifest, given, where);
  return manifest.variables.flatMap(({ name }) => given.get(name) ?? []);
}

function demandNoneElsewhere(facts: DeploymentFacts, service: ServiceFacts): void {
  const given = [facts.variables, facts.fileSecrets, service.variables, service.fileSecrets];
  for (const name of given.flatMap((one) => Object.keys(one))) {
    const why = GIVEN_ELSEWHERE[name];
    if (why === undefined) continue;
    const what = `${facts.environment}.yaml: ${name} is not given here`;
    throw new DeployRefused('DEPLOY_VARIABLE_CONFLICT', `${what}: ${why}`);
  }
}

function* givenWires(facts: DeploymentFacts, service: ServiceFacts): Generator<Wire> {
  const literals = {
    NODE_ENV: 'production',
    FP_ENV: facts.environment,
    DB_POOL_SIZE: String(service.poolSize),
    DB_MAX_OVERFLOW: String(service.maxOverflow),
    ...facts.variables,
    ...service.variables,
  };
  for (const [name, value] of Object.entries(literals)) yield { name, kind: 'literal', value };
  yield { name: 'DATABASE_URL', kind: 'secret', ...pinned(facts, service.databaseUrlSecret) };
  for (const [name, secret] of Object.entries({ ...facts.fileSecrets, ...service.fileSecrets })) {
    const path = `/secrets/${folderOf(name)}/${SECRET_FILE}`;
    yield { name, kind: 'file', path, ...pinned(facts, secret) };
  }
}

/** `CURSOR_KEY_FILE` → `cursor-key`: each secret is a folder of its own, as Cloud Run demands. */
export function folderOf(variable: string): string {
  return variable
    .replace(/_FILE$/, '')
    .toLowerCase()
    .replaceAll('_', '-');
}

/** @throws {DeployRefused} DEPLOY_SECRET_VERSION_MISSING */
export function pinned(facts: DeploymentFacts, secret: string): SecretVersion {
  const version = facts.secretVersions[secret];
  if (version !== undefined) return { secret, version };
  throw new DeployRefused(
    'DEPLOY_SECRET_VERSION_MISSING',
    `${facts.environment}.yaml: secretVersions does not say which version of ${secret} is deployed`,
  );
}

function demandForm(wire: Wire, variable: VariableManifest, where: string): void {
  const { name } = wire;
  if (wire.kind === 'file' && variable.form !== 'file') {
    const what = `${where}: ${name} is not the path of a file`;
    throw new DeployRefused('DEPLOY_NOT_A_FILE', `${what}: take it out of fileSecrets`);
  }
  if (wire.kind !== 'literal') return;
  if (variable.secret) {
    const what = `${where}: ${name} is secret and stands there in clear`;
    throw new DeployRefused('DEPLOY_SECRET_IN_CLEAR', `${what}: name a secret in its place`);
  }
  const expected = whatIsWrong(wire.value, variable);
  if (expected === undefined) return;
  const what = `${where}: ${name} is not what the service takes`;
  throw new DeployRefused('DEPLOY_VALUE_INVALID', `${what}: ${expected}`);
}

/** The form that a text should have had; undefined when it has it. */
function whatIsWrong(text: string, variable: VariableManifest): string | undefined {
  const { form, choices = BOOLEANS, min = 0, max = Number.MAX_SAFE_INTEGER } = variable;
  switch (form) {
    case 'integer':
      return /^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max
        ? undefined
        : `a whole number, ${String(min)}..${String(max)}`;
    case 'boolean':
    case 'choice':
      return choices.includes(text) ? undefined : choices.join(' | ');
    case 'text':
    case 'file':
      return text.trim() === '' ? 'a text that is not blank' : undefined;
  }
}

function demandRequired(
  manifest: ServiceManifest,
  given: ReadonlyMap<string, Wire>,
  where: string,
): void {
  for (const { name, required, oneOf = [name] } of manifest.variables) {
    const present = oneOf.filter((each) => given.has(each));
    if (present.length > 1) {
      const what = `${where} gives ${manifest.name} ${present.join(' and ')}`;
      throw new DeployRefused('DEPLOY_VARIABLE_CONFLICT', `${what}: one of them`);
    }
    if (required && present.length === 0) {
      const what = `${where} gives ${manifest.name} no ${oneOf.join(' or ')}`;
      throw new DeployRefused('DEPLOY_VARIABLE_MISSING', `${what}, and it does not start without`);
    }
  }
}
