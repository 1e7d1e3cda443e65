import type { DeploymentFacts, ServiceFacts } from '@fusion-prime/audit';
import { DeployRefused } from './refusal.js';

// While a deployment goes on there is one more: the candidate of Cloud Run, the surge of Kubernetes.
const ROLLOUT_INSTANCES = 1;
// Readiness asks on a connection of its own, so that a saturated pool is told from a dead database.
const READINESS_CONNECTIONS = 1;

/**
 * Every instance of a service may fill its pool at the same moment, services may share a server, and it must
 * still have room for a migration.
 *
 * @throws {DeployRefused} DEPLOY_CONNECTION_BUDGET, with the arithmetic
 */
export function demandBudget(facts: DeploymentFacts): void {
  const all = Object.entries(facts.services);
  for (const instance of new Set(all.map(([, service]) => service.instance))) {
    const services = all.filter(([, service]) => service.instance === instance);
    demandRoom(facts, services);
  }
}

function demandRoom(facts: DeploymentFacts, services: readonly [string, ServiceFacts][]): void {
  const { maxConnections, reservedConnections, environment } = facts;
  const wanted = services.reduce((sum, [, service]) => sum + most(service), reservedConnections);
  if (wanted <= maxConnections) return;
  const names = services.map(([name]) => name).join(' and ');
  const sum = services.map(([, service]) => arithmetic(service)).join(' + ');
  throw new DeployRefused(
    'DEPLOY_CONNECTION_BUDGET',
    `${environment}.yaml: ${names} may take ${sum} + ${reservedConnections} reserved = ${wanted} of ${maxConnections}: fewer instances, a smaller pool, or a larger server`,
  );
}

function most({ maxInstances, poolSize, maxOverflow }: ServiceFacts): number {
  return (maxInstances + ROLLOUT_INSTANCES) * (poolSize + maxOverflow + READINESS_CONNECTIONS);
}

function arithmetic({ maxInstances, poolSize, maxOverflow }: ServiceFacts): string {
  return `(${maxInstances} + ${ROLLOUT_INSTANCES} instances) × (${poolSize} + ${maxOverflow} + ${READINESS_CONNECTIONS} connections)`;
}

/** @throws {DeployRefused} DEPLOY_VALUE_INVALID: every platform would refuse it */
export function demandInstances(facts: DeploymentFacts): void {
  for (const [name, { minInstances, maxInstances }] of Object.entries(facts.services)) {
    if (maxInstances >= 1 && minInstances <= maxInstances) continue;
    throw new DeployRefused(
      'DEPLOY_VALUE_INVALID',
      `${facts.environment}.yaml: ${name} has ${minInstances} instances at least and ${maxInstances} at most: at most must be 1 or more, and not below at least`,
    );
  }
}
