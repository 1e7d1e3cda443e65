import type { AuditContext } from '../context.js';
import { type Finding, finding } from '../finding.js';
import type { ComposeProject, Text } from '../model.js';
import { literalOf, type Subject } from '../subject.js';
import { isKnown, shown } from '../text/holes.js';
import type { AuditModel, Judge } from './judge.js';
import type { VariableManifest } from '../manifest.js';
import { isPostgres } from './compose-database.js';

/** Numbers are numbers, and all pools together fit on the server. */
export const judgePools: Judge = (model, context) => [
  ...model.subjects.flatMap((subject) => [...numbers(subject), ...ofInstance(subject, context)]),
  ...model.projects.flatMap((project) => ofProject(project, model)),
];

function numbers({ workload, role, manifest }: Subject): Finding[] {
  if (role !== 'service' || manifest === null) return [];
  return manifest.variables.flatMap((variable) => {
    const text = literalOf(workload, variable.name);
    if (variable.form !== 'integer' || text === null || !isKnown(text.value)) return [];
    const expected = rangeOf(variable);
    const { min = 0, max = Number.MAX_SAFE_INTEGER } = variable;
    const isNumber = /^[0-9]{1,10}$/.test(text.value);
    if (isNumber && Number(text.value) >= min && Number(text.value) <= max) return [];
    const message = `${variable.name} of ${workload.name} is ${text.value}`;
    return [finding('FP-POL-002', text.place, message, `A whole number ${expected}.`)];
  });
}

function rangeOf({ min, max }: VariableManifest): string {
  return max === undefined ? `from ${min ?? 0}` : `from ${min ?? 0} to ${max}`;
}

// Readiness asks on a connection of its own.
const READINESS_CONNECTIONS = 1;
// What Cloud Run scales to when nobody says.
const CLOUD_RUN_INSTANCES = 100;

interface Pool {
  size: number;
  overflow: number;
}

/** What one instance may open; null where a number is not told. */
function poolOf({ workload, manifest }: Subject): Pool | null {
  const of = (name: string): number => {
    const own = manifest?.variables.find((one) => one.name === name)?.default;
    return numberIn(literalOf(workload, name), own);
  };
  const [size, overflow] = [of('DB_POOL_SIZE'), of('DB_MAX_OVERFLOW')];
  return Number.isNaN(size + overflow) ? null : { size, overflow };
}

function numberIn(text: Text | null, other: string | undefined): number {
  const value = text?.value ?? other ?? '';
  return /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
}

/** In an environment with facts each service has an instance of its own. */
function ofInstance(subject: Subject, { fleet }: AuditContext): Finding[] {
  const { workload, role, environment, facts } = subject;
  const { platform, maxInstances, maxInstancesOfAll, how } = workload;
  const pool = poolOf(subject);
  if (role !== 'service' || platform === 'compose' || how === 'change' || fleet.length === 0)
    return [];
  if (environment === null || facts === null || pool === null) return [];
  const most = numberIn(maxInstances, platform === 'cloud-run' ? `${CLOUD_RUN_INSTANCES}` : '1');
  const ofAll = numberIn(maxInstancesOfAll, undefined);
  if (Number.isNaN(most)) return [];
  // Without a limit for all versions, the old one and the new one may both grow to theirs.
  const both = platform === 'cloud-run' && Number.isNaN(ofAll);
  const limit = Math.min(most, Number.isNaN(ofAll) ? most : ofAll);
  // While a deployment goes on there are more: the candidate of Cloud Run, the surge of Kubernetes.
  const more = surgeOf(workload.surge, limit);
  const instances = both ? 2 * most : limit + more;
  const counted = both ? `2 versions × ${most}` : `(${limit} + ${more})`;
  const wanted = instances * (pool.size + pool.overflow + READINESS_CONNECTIONS);
  const { maxConnections, reservedConnections } = environment;
  if (wanted + reservedConnections <= maxConnections) return [];
  const sum = `${counted} instances × (${pool.size} + ${pool.overflow} + ${READINESS_CONNECTIONS}) connections + ${reservedConnections} reserved = ${wanted + reservedConnections}`;
  const message = `${workload.name} may open ${sum}; ${facts.instance} takes ${maxConnections}`;
  const at = maxInstances?.place ?? maxInstancesOfAll?.place ?? workload.place;
  return [finding('FP-POL-001', at, message)];
}

/** A percentage is rounded up, as Kubernetes does. */
function surgeOf(surge: string, instances: number): number {
  const percent = /^(\d{1,3})%$/.exec(surge)?.[1];
  if (percent !== undefined) return Math.ceil((instances * Number(percent)) / 100);
  return /^\d{1,6}$/.test(surge) ? Number(surge) : 1;
}

// PostgreSQL's own, and what it keeps for administrators.
const DEFAULT_CONNECTIONS = 100;
const RESERVED = 3;

/** In a compose file every service shares one server. */
function ofProject(project: ComposeProject, { subjects }: AuditModel): Finding[] {
  const servers = project.services.filter(({ workload }) => isPostgres(workload));
  const [server] = servers;
  if (server === undefined || servers.length > 1) return [];
  const members = subjects.filter(
    ({ workload, role }) => workload.target === project.target && role === 'service',
  );
  const parts = members.flatMap((subject) => {
    const pool = poolOf(subject);
    const replicas = numberIn(subject.workload.maxInstances, '1');
    if (pool === null || Number.isNaN(replicas)) return [];
    return [replicas * (pool.size + pool.overflow + READINESS_CONNECTIONS)];
  });
  const { place, most } = connectionsOf(server.workload.command, server.place);
  const total = parts.reduce((sum, one) => sum + one, RESERVED);
  if (most === null) {
    const message = `max_connections of ${server.workload.name} is no number`;
    return [finding('FP-POL-002', place, message)];
  }
  if (parts.length === 0 || total <= most) return [];
  const sum = `${parts.join(' + ')} connections + ${RESERVED} reserved = ${total}`;
  const message = `the services may open ${sum}; ${shown(server.workload.name)} takes ${most}`;
  return [finding('FP-POL-001', place, message)];
}

/** `postgres -c max_connections=400` */
function connectionsOf(
  command: readonly Text[],
  place: Text['place'],
): { place: Text['place']; most: number | null } {
  const text = command.find(({ value }) => /max_connections\s*=/.test(value));
  if (text === undefined) return { place, most: DEFAULT_CONNECTIONS };
  const said = /max_connections\s*=\s*(\d{1,6})$/.exec(text.value)?.[1];
  return { place: text.place, most: said === undefined ? null : Number(said) };
}
