import type { Manifest } from '@fusion-prime/audit';
import { readFacts, type DeploymentFacts } from '@fusion-prime/audit';
import { loadFleet } from '@fusion-prime/migrator/fleet';
import { basename, join } from 'node:path';
import type { Sources } from './deployment.js';
import { DeployRefused } from './refusal.js';

/** The environments that have facts, the one that serves people first. */
export const ENVIRONMENTS = ['production', 'staging'];

export interface Described {
  readonly name: string;
  readonly defaultPort: number;
}

/**
 * What the files are made of, in a checkout.
 *
 * @param describe what a service's code says that it reads: `describeVariables` of libs/service, which is
 *   handed in because nothing imports apps.
 */
export function readSources<D extends Described>(
  root: string,
  definitions: readonly D[],
  describe: (definition: D) => Manifest['services'][number]['variables'],
): { sources: Sources; facts: DeploymentFacts[] } {
  const fleet = loadFleet(join(root, 'migrations', 'fleet.yaml'), {});
  const services = fleet.databases.flatMap(({ name }) =>
    definitions
      .filter((definition) => definition.name === name)
      .map((definition) => ({
        name,
        port: definition.defaultPort,
        variables: describe(definition),
      })),
  );
  const facts = ENVIRONMENTS.map((name) => factsIn(join(root, 'tools', 'deploy', `${name}.yaml`)));
  return { sources: { manifest: { services }, fleet }, facts };
}

/** @throws {DeployRefused} DEPLOY_FACTS_INVALID, with every place that is wrong */
export function factsIn(file: string): DeploymentFacts {
  try {
    return readFacts(file);
  } catch (cause) {
    throw new DeployRefused(
      'DEPLOY_FACTS_INVALID',
      `${basename(file)}: ${(cause as Error).message}`,
    );
  }
}
