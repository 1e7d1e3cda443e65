import type { DeploymentFacts, ServiceFacts } from '@fusion-prime/audit';
import { DeployRefused } from './refusal.js';

// While a deployment goes on there is one more: the candidate of Cloud Run, the surge of Kubernetes.
const ROLLOUT_INSTANCES = 1;
// Readiness asks on a connection of its own, so that a saturated pool is told from a dead database.
const READINESS_CONNECTIONS = 1;

/**
 * Every instance of a service may fill its pool at the same moment, and the server must still have room for
 * a migration.
 *
 * @throws {DeployRefused} DEPLOY_CONNECTION_BUDGET, with the arithmetic
 */
export function demandBudget(facts: DeploymentFacts, name: string, service: ServiceFacts): void {
  const { maxInstances, poolSize, maxOverflow } = service;
  const { maxConnections, reservedConnections } = facts;
  const perInstance = poolSize + maxOverflow + READINESS_CONNECTIONS;
  const wanted = (maxInstances + ROLLOUT_INSTANCES) * perInstance + reservedConnections;
  if (wanted <= maxConnections) return;
  const sum = `(${maxInstances} + ${ROLLOUT_INSTANCES} instances) × (${poolSize} + ${maxOverflow} + ${READINESS_CONNECTIONS} connections) + ${reservedConnections} reserved = ${wanted}`;
  throw new DeployRefused(
    'DEPLOY_CONNECTION_BUDGET',
    `${facts.environment}.yaml: ${name} may take ${sum} of ${maxConnections}: fewer instances, a smaller pool, or a larger server`,
  );
}
