import type { DeploymentFacts, Manifest, ServiceFacts } from '@fusion-prime/audit';
import type { Fleet } from '@fusion-prime/migrator/fleet';
import { demandBudget, demandInstances } from './budget.js';
import { DeployRefused } from './refusal.js';
import { pinned, wiresOf, type SecretVersion, type Wire } from './wiring.js';

/** One service of one environment: whatever a deployment file says of it. */
export interface ServiceDeployment {
  /** In the fleet: `alert`. */
  readonly name: string;
  /** On the platform: `alert-notification`. */
  readonly deployedAs: string;
  /** Where it listens when nobody tells it. */
  readonly port: number;
  readonly facts: ServiceFacts;
  /** PROJECT:REGION:INSTANCE */
  readonly connectionName: string;
  readonly wires: readonly Wire[];
  readonly migrateVariable: string;
  readonly migrateSecret: SecretVersion;
}

/** One environment: the services in the order in which their databases are migrated. */
export interface Deployment {
  readonly environment: string;
  readonly project: string;
  readonly region: string;
  readonly accounts: { readonly migrate: string; readonly deploy: string };
  /** Without a tag. */
  readonly image: string;
  readonly services: readonly ServiceDeployment[];
}

export interface Sources {
  readonly manifest: Manifest;
  readonly fleet: Pick<Fleet, 'databases'>;
}

/** Stands in every file where the commit belongs that is deployed. */
export const BUILD_SHA = 'BUILD_SHA';

/**
 * Joins what the code reads, which databases there are, and where they are.
 *
 * @throws {DeployRefused} when a service would not start, or would take more connections than there are.
 */
export function deploymentOf(facts: DeploymentFacts, sources: Sources): Deployment {
  const { project, region, environment, accounts } = facts;
  const names = sources.fleet.databases.map(({ name }) => name);
  const unknown = Object.keys(facts.services).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const what = `${environment}.yaml: the fleet has no ${unknown.join(', ')}`;
    throw new DeployRefused('DEPLOY_SERVICE_UNKNOWN', `${what}: it has ${names.join(', ')}`);
  }
  if (accounts === undefined) {
    const what = `${environment}.yaml: accounts does not say who migrates and who deploys`;
    throw new DeployRefused('DEPLOY_ACCOUNT_MISSING', what);
  }
  const services = sources.fleet.databases.map(({ name, migrateUrlVariable }) => ({
    ...serviceOf(facts, sources.manifest, name),
    migrateVariable: migrateUrlVariable,
  }));
  demandInstances(facts);
  demandBudget(facts);
  // Artifact Registry: LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE.
  const image = `${region}-docker.pkg.dev/${project}/fusion-prime/fusion-prime`;
  return { environment, project, region, accounts, image, services };
}

function serviceOf(
  facts: DeploymentFacts,
  { services }: Manifest,
  name: string,
): Omit<ServiceDeployment, 'migrateVariable'> {
  const service = facts.services[name];
  const manifest = services.find((each) => each.name === name);
  if (service === undefined || manifest === undefined) {
    const where = service === undefined ? `${facts.environment}.yaml` : 'manifest.json';
    throw new DeployRefused('DEPLOY_SERVICE_MISSING', `${where} says nothing of ${name}`);
  }
  return {
    name,
    deployedAs: service.deployedAs,
    port: manifest.port,
    facts: service,
    connectionName: `${facts.project}:${facts.region}:${service.instance}`,
    wires: wiresOf(facts, service, manifest),
    migrateSecret: pinned(facts, service.migrateUrlSecret),
  };
}
