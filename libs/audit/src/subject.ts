import type { AuditContext } from './context.js';
import type { DeploymentFacts, ServiceFacts } from './facts.js';
import type { FleetName } from './fleet-names.js';
import { migrationIn } from './gcloud/action.js';
import type { ServiceManifest } from './manifest.js';
import type { Text, Variable, Workload } from './model.js';
import { filled, isKnown } from './text/holes.js';

/** A workload, and what is known of whoever runs in it. */
export interface Subject {
  readonly workload: Workload;
  /** `migration` is what runs `fp migrate up`; `other` is nobody of the fleet. */
  readonly role: 'service' | 'migration' | 'other';
  /** The database that it is for; null for a migration of the whole fleet, and for others. */
  readonly fleet: FleetName | null;
  readonly manifest: ServiceManifest | null;
  readonly environment: DeploymentFacts | null;
  readonly facts: ServiceFacts | null;
}

/** Finds out who each workload is. */
export function subjectsOf(workloads: readonly Workload[], context: AuditContext): Subject[] {
  return workloads.map((workload) => {
    const environment = environmentOf(workload, context.facts);
    const fleet = fleetOf(workload, context, environment);
    const role = roleOf(workload, fleet, context);
    const facts = fleet === null ? undefined : environment?.services[fleet.name];
    const manifest = context.manifest?.services.find(({ name }) => name === fleet?.name);
    return {
      workload,
      role,
      fleet,
      manifest: manifest ?? null,
      environment,
      facts: facts ?? null,
    };
  });
}

function roleOf(
  { command, kind, name }: Workload,
  fleet: FleetName | null,
  { manifest }: AuditContext,
): Subject['role'] {
  if (migrationIn(command) === 'all') return 'migration';
  // A command that is told is what counts. Without one the image knows it, and the name must do; our own image
  // migrates nothing by itself.
  const silent = command.length === 0 && manifest === null;
  const isCalled = silent && /(?:^|-)migrat(?:e|ions?)(?:-|$)/.test(name);
  if (kind === 'job') return isCalled ? 'migration' : 'other';
  return fleet === null ? 'other' : 'service';
}

function fleetOf(
  { command, name }: Workload,
  { fleet }: AuditContext,
  environment: DeploymentFacts | null,
): FleetName | null {
  const runs = command.flatMap(({ value }) => /(?:^|\/)apps\/([^/]+)\//.exec(value)?.[1] ?? []);
  const deployed = Object.entries(environment?.services ?? {}).find(
    ([, { deployedAs }]) => deployedAs === name,
  )?.[0];
  const exact = runs[0] ?? deployed ?? name;
  const found = fleet.find((one) => one.name === exact);
  if (found !== undefined || runs.length > 0) return found ?? null;
  const similar = fleet.filter((one) => isNameOf(one.name, name));
  return similar.sort((a, b) => b.name.length - a.name.length)[0] ?? null;
}

// What people put behind a service's name. `settlement-db` and `settlement-proxy` are something else.
const SUFFIX =
  /^(?:-(?:service|svc|api|app|web|server|backend|notifications?|prod|production|stag(?:e|ing)|stg|dev|test|qa|canary|blue|green|v\d{1,4}))*$/;

/** `fp-settlement-service` is the service settlement. */
function isNameOf(service: string, written: string): boolean {
  // `settlement-$_ENV`: what stands there is an environment's name, if anything.
  const name = filled(written, 'dev');
  const at = `-${name}`.indexOf(`-${service}`);
  return at >= 0 && SUFFIX.test(name.slice(at + service.length));
}

function environmentOf(
  workload: Workload,
  facts: readonly DeploymentFacts[],
): DeploymentFacts | null {
  const said = literalOf(workload, 'FP_ENV');
  if (said !== null && isKnown(said.value)) {
    return facts.find(({ environment }) => environment === said.value) ?? null;
  }
  // Nobody's environment is these facts' business: compose runs on a laptop.
  if (workload.platform === 'compose') return null;
  const folders = workload.target.split(/[/.]/);
  const byPath = facts.find(({ environment }) => folders.includes(environment));
  return (
    byPath ?? facts.find(({ environment }) => environment === 'production') ?? facts[0] ?? null
  );
}

export function variablesNamed(
  { variables }: Workload,
  ...names: readonly string[]
): readonly Variable[] {
  return variables.filter(({ name }) => names.includes(name));
}

/** The last literal of a name: the one that holds. */
export function literalOf(workload: Workload, name: string): Text | null {
  const source = variablesNamed(workload, name).at(-1)?.source;
  return source?.kind === 'literal' ? source.text : null;
}

/** Some of its variables come from where the audit cannot look. */
export function isOpen({ variables }: Workload): boolean {
  return variables.some(({ name }) => name === '*');
}
